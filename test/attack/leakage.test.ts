import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateApiKey } from '../../lib/api-key.ts'
import { type DecisionEvent, decisions } from '../../lib/decision-event.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { credentialForms } from '../support/credential-forms.ts'
import { startDemo } from '../support/demo.ts'
import { publishedOn } from '../support/published-events.ts'
import { handshake } from '../support/raw-exchange.ts'
import { type RawRequestParts, sendRequestLines, statusOf } from '../support/raw-tcp.ts'

const gateway = await attackedGateway()
const events = publishedOn<DecisionEvent>(decisions)
const MARK = 'Tr4ceM4rk'
const unknownKey = generateApiKey('sk', 'live')
const good = gateway.token()
const expired = gateway.token({ exp: 1_000, iat: 900 })
const foreign = gateway.token({ aud: `https://${MARK}.test`, sub: MARK })

const secrets = [gateway.apiKey, unknownKey, good, expired, foreign].flatMap(credentialForms)
/** Where clients call the gateway is told by its configuration, to everybody: RFC 9728 §5.1. `Host` has no part in it. */
const PUBLIC = `, resource_metadata="http://127.0.0.1:${gateway.port}/.well-known/oauth-protected-resource"`
/** The beginning of every token of this issuer is the same header: it tells nothing, but nor does it belong there. */
const others = [
  MARK,
  Buffer.from(MARK).toString('base64').slice(0, 10),
  `127.0.0.1:${gateway.port}`,
  'node_modules',
  '.ts:',
  ' at ',
]

const bearer = (token: string) => `Authorization: Bearer ${token}`
const key = `X-API-Key: ${gateway.apiKey}`
const corpus: readonly RawRequestParts[] = [
  ...['/echo', '/nothing', '/admin', '/orders/1', '/ws'].flatMap((path) => [
    { target: `${path}/${MARK}`, headers: [] },
    { target: `${path}/${MARK}?${MARK}=${MARK}`, headers: [`X-API-Key: ${unknownKey}`] },
    { target: `${path}/${MARK}`, headers: [bearer(expired)] },
    { target: `${path}/${MARK}`, headers: [bearer(foreign)] },
    { target: `${path}/${MARK}`, headers: [bearer(`${good}x`)] },
    { target: `${path}/${MARK}`, headers: [bearer(good), key] },
    { target: `${path}/${MARK}`, headers: [bearer(good), bearer(good)] },
    { target: `${path}/${MARK}`, headers: [`Authorization: Bearer ${good} ${good}`] },
    { target: `${path}/../${MARK}`, headers: [key] },
    { target: `${path}/${MARK}%2f`, headers: [bearer(good)] },
    { target: `${path}/${MARK}?access_token=${good}`, headers: [] },
    { target: `${path}/${MARK}?api_key=${gateway.apiKey}&x-api-key=${gateway.apiKey}`, headers: [] },
    { target: `${path}/${MARK}`, headers: [`Host: ${MARK}.example.test`, key] },
    { target: `${path}/${MARK}`, headers: [`Host: ${MARK}, x`, key] },
    { target: `${path}/${MARK}`, method: MARK.toUpperCase(), headers: [key] },
    { target: `http://${MARK}/${MARK}`, headers: [key] },
    { target: `${path}/${MARK}`, headers: [...handshake('/', bearer(expired)).slice(2)] },
    { target: `/${MARK}`, headers: [...handshake('/', key, `Origin: https://${MARK}.test`).slice(2)] },
    { target: `/${MARK}`, headers: [`X-Request-ID: ${MARK}`, `Cookie: a=${MARK}`, `X-User-ID: ${MARK}`] },
  ]),
  { target: '/admin/keys', headers: [key] },
  { target: '/admin', headers: [bearer(good)] },
  { target: '/nothing', headers: [bearer(good)] },
]

function assertHoldsNothing(text: string, what: string, extra: readonly string[] = []): void {
  for (const secret of [...secrets, ...extra])
    assert.ok(!text.includes(secret), `${secret.slice(0, 30)} is in ${what}: ${text}`)
}

suite('what is told about requests that are refused', () => {
  for (const [index, parts] of corpus.entries()) {
    const name = `${parts.target} ${parts.headers?.join(' ')}`.slice(0, 70)
    test(`holds nothing of them (${index}: ${name})`, async () => {
      events.length = 0
      const answer = await sendRequestLines(gateway.port, parts)
      assert.ok(statusOf(answer) >= 400, answer)
      assertHoldsNothing(answer.replaceAll(PUBLIC, ''), 'the answer', others)
      assert.ok(!/set-cookie|\r\nserver:|x-powered-by/i.test(answer))
      if (statusOf(answer) === 404) return
      for (const event of events) {
        // What a client asks for is told: an audit has a use for it. Nothing of it is secret.
        const { principal: _verified, method: _method, path: _path, host: _host, ...rest } = event
        assertHoldsNothing(JSON.stringify(rest), 'the event', others)
        assertHoldsNothing(JSON.stringify(event), 'the event')
        assert.equal(event.cause, undefined)
      }
    })
  }
  test('nothing of them reached the upstream', () => assert.deepEqual(gateway.upstream.take(), []))
})

// Express itself logs URLs: what a client puts there is not kept back, which is why it is refused there.
test('a log of everything, of the whole gateway, holds no credential', async () => {
  process.env.DEBUG = '*'
  const demo = await startDemo([])
  try {
    const { ready } = demo
    const port = Number(new URL(ready.gateway).port)
    const credentials = credentialsIn(ready)
    assert.ok(credentials.length > 1)
    for (const credential of credentials) {
      for (const headers of [[`X-API-Key: ${credential}`], [bearer(credential)], [bearer(`${credential}x`)]]) {
        for (const target of ['/echo', '/orders', '/admin', '/nothing', '/../echo']) {
          await sendRequestLines(port, { target, headers })
        }
      }
    }
    const { stderr } = demo.output()
    assert.match(stderr, /express|http-proxy/, 'something was logged')
    for (const credential of credentials) {
      const texts = [credential, Buffer.from(credential).toString('base64'), credential.slice(-24)]
      for (const text of texts) assert.ok(!stderr.includes(text), `${text.slice(0, 20)} is logged`)
    }
  } finally {
    await demo.stop()
  }
})

/** Keys and tokens are what a person would not recognise. */
function credentialsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return /^(sk_|eyJ)/.test(value) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(credentialsIn) : []
}
