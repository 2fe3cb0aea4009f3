import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { suite, test } from 'node:test'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, accessTokenClaims, NOW } from '../support/access-token.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { testClock } from '../support/clock.ts'
import { hostileIssuer } from '../support/hostile-issuer.ts'
import { sendBytes, statusesIn } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const gateway = await attackedGateway()

/** Requests in one go over one connection: `[target, bearer token, method]`. */
async function sendInTurn(...sent: readonly (readonly [string, string?, string?])[]): Promise<readonly number[]> {
  const requests = sent.map(([target, token, method = 'GET'], index) => {
    const lines = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1']
    if (token !== undefined) lines.push(`Authorization: Bearer ${token}`)
    if (index === sent.length - 1) lines.push('Connection: close')
    return `${lines.join('\r\n')}\r\n\r\n`
  })
  return statusesIn(await sendBytes(gateway.port, requests.join(''), 2_000))
}

suite('a token that is known, on a connection that is known', () => {
  test('is asked for its scopes and roles each time', async () => {
    const reader = gateway.token({ scope: 'read:orders' })
    const statuses = await sendInTurn(
      ...([
        ['/orders/1', reader],
        ['/orders/1', reader, 'DELETE'],
        ['/admin', reader],
        ['/nothing', reader],
        ['/orders/1', reader],
      ] as const),
    )
    assert.deepEqual(statuses, [200, 403, 403, 403, 200])
    assert.equal(gateway.upstream.take().length, 2)
  })

  test('lends itself to no other request on it', async () => {
    const [alice, bob] = [gateway.token(), gateway.token({ sub: 'bob', jti: 'token-2', roles: ['viewer'] })]
    const [header, payload, signature = ''] = alice.split('.')
    const [, otherPayload] = bob.split('.')
    const statuses = await sendInTurn(
      ...([
        ['/echo', alice],
        ['/echo', bob],
        ['/echo'],
        ['/echo', alice],
        ['/echo', `${header}.${otherPayload}.${signature}`],
        ['/echo', `${header}.${payload}.`],
        ['/echo', alice.slice(0, -1)],
        ['/echo', `${alice}A`],
        ['/echo', `${header}.${payload}.${[...signature].reverse().join('')}`],
        ['/echo', bob],
      ] as const),
    )
    assert.deepEqual(statuses, [200, 200, 401, 200, 401, 401, 401, 401, 401, 200])
    const users = gateway.upstream.take().flatMap((record) => foldedValues(record, 'x-user-id'))
    // What is verified on another thread may come after what was sent behind it; answers keep their order.
    assert.deepEqual(users.toSorted(), ['alice', 'alice', 'bob', 'bob'])
  })
})

/** A signature of ECDSA has a twin that anybody can work out: nothing may hang on the text of a token. */
test('the twin of a token is the same token: the same party, for no longer', async () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const token = gateway.token()
  const [header, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
  assert.deepEqual(
    await sendInTurn(['/echo', token], ['/echo', `${header}.${payload}.${twin.toString('base64url')}`]),
    [200, 200],
  )
  const records = gateway.upstream.take()
  assert.deepEqual(
    records.map((record) => [foldedValues(record, 'x-user-id'), foldedValues(record, 'x-user-roles')]),
    records.map(() => [['alice'], ['editor']]),
  )
})

async function guarded() {
  const [first, second] = [createSigningKey('ES256', 'first'), createSigningKey('ES256', 'second')]
  const issuer = await hostileIssuer([first.jwk])
  const clock = testClock(NOW)
  const gate = boundary({
    authenticate: jwtAuthenticator({
      ...{ issuer: issuer.issuer, audience: AUDIENCE, algorithms: ['ES256'], now: clock.now, cacheTtlSeconds: 3_600 },
      warn: () => undefined,
    }),
  })
  const port = await serve((request, response) => gate(request, response, () => response.end()))
  const tokenOf = (signer: typeof first, changes: Readonly<Record<string, unknown>> = {}) =>
    signer.sign(accessTokenClaims({ iss: issuer.issuer, ...changes }))
  const statusOf = async (token: string) =>
    (await sendRequest(port, { headers: [['Authorization', `Bearer ${token}`]] })).status
  return { first, second, issuer, clock, port, tokenOf, statusOf }
}

suite('a token that is used all the time', () => {
  test('ends when it expires, to the second', async () => {
    const { first, clock, tokenOf, statusOf } = await guarded()
    const token = tokenOf(first, { exp: NOW + 120 })
    for (let second = 0; second < 120; second += 5) {
      clock.set(NOW + second)
      assert.equal(await statusOf(token), 200)
    }
    for (const [second, status] of [
      [124, 200],
      [125, 401],
      [126, 401],
    ] as const) {
      clock.set(NOW + second)
      assert.equal(await statusOf(token), status, `${second} s`)
    }
  })

  test('ends when it expires on a connection that has seen it from the first', async () => {
    const { first, clock, port, tokenOf } = await guarded()
    const token = tokenOf(first, { exp: NOW + 120 })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const reused: boolean[] = []
    for (const [second, status] of [
      [0, 200],
      [60, 200],
      [119, 200],
      [125, 401],
      [3_600, 401],
    ] as const) {
      clock.set(NOW + second)
      const outgoing = request({ port, host: '127.0.0.1', agent, headers: { authorization: `Bearer ${token}` } }).end()
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
      incoming.resume()
      await once(incoming, 'end')
      assert.equal(incoming.statusCode, status, `${second} s`)
      reused.push(outgoing.reusedSocket)
    }
    agent.destroy()
    assert.deepEqual(reused, [false, true, true, true, true])
  })

  test('ends when the clock jumps past its end, and does not come back with a clock that is a little slow', async () => {
    const { first, clock, tokenOf, statusOf } = await guarded()
    const token = tokenOf(first)
    assert.equal(await statusOf(token), 200)
    clock.advance(3_600)
    assert.equal(await statusOf(token), 401)
    clock.advance(-2_980)
    assert.equal(await statusOf(token), 401)
  })

  test('ends when its key is withdrawn', async () => {
    const { first, second, issuer, clock, tokenOf, statusOf } = await guarded()
    const token = tokenOf(first)
    assert.equal(await statusOf(token), 200)
    issuer.publish([second.jwk])
    clock.advance(31)
    assert.equal(await statusOf(tokenOf(second)), 200)
    assert.equal(await statusOf(token), 401)
  })
})
