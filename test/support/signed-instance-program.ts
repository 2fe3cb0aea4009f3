import { createServer } from 'node:http'
import { hmacAuthenticator } from '../../lib/authenticate/hmac.ts'
import { secretVault } from '../../lib/secrets/vault.ts'
import { redisReplayStore } from '../../lib/store/redis.ts'
import { sqliteSecretStore } from '../../lib/store/sqlite-secrets.ts'
import { boundary } from '../../middleware/boundary.ts'
import { listenOnFreePort } from './free-port.ts'
import { commandOf, redisClient } from './redis-keys.ts'

/** One instance of a fleet, in a process of its own: used signatures are in Redis, secrets in a file that all share. */
const [redisPort = '', file = '', sealingKey = ''] = process.argv.slice(2)
const keys = secretVault({ store: sqliteSecretStore({ file }), sealingKeys: [sealingKey] })
const replayStore = redisReplayStore({ command: commandOf(redisClient(Number(redisPort))) })
const gate = boundary({ authenticate: hmacAuthenticator({ keys, replayStore }) })
const server = createServer((request, response) =>
  gate(request, response, () => {
    request.resume()
    response.end('served')
  }),
)
process.once('disconnect', () => process.exit())
process.send?.(await listenOnFreePort(server))
