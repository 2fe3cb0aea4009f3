import { createServer } from 'node:http'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { revocationList } from '../../lib/store/local-revocation-list.ts'
import { redisRevocationStore } from '../../lib/store/redis-revocations.ts'
import type { Revocation } from '../../lib/store/revocation-list.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, ISSUER } from './access-token.ts'
import { listenOnFreePort } from './free-port.ts'
import { commandOf, redisClient } from './redis-keys.ts'
import { subscribeOf } from './redis-revocations.ts'

/** One instance of a fleet, in a process of its own: a gateway whose revocations are in Redis. Its parent commands it. */
const [redisPort = '', jwk = ''] = process.argv.slice(2)
const [client, subscriber] = [redisClient(Number(redisPort)), redisClient(Number(redisPort))]
const store = redisRevocationStore({ command: commandOf(client), subscribe: subscribeOf(subscriber) })
// So that only what Redis tells can be seen in time.
const revocations = revocationList({ store, pollIntervalMs: 60_000, maxStaleSeconds: 600 })
const gate = boundary({
  authenticate: jwtAuthenticator({
    ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [JSON.parse(jwk)] }, revocations },
  }),
})
const server = createServer((request, response) => gate(request, response, () => response.end()))
server.on('upgrade', async (request, socket, head) => {
  if (await gate.upgrade(request, socket, head)) socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
})
process.on('message', async (revocation: Revocation) => {
  await revocations.revoke(revocation)
  process.send?.('revoked')
})
process.once('disconnect', () => process.exit())
await revocations.ready()
process.send?.(await listenOnFreePort(server))
