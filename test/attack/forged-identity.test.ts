import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { foldHeaderName } from '../../lib/header-name.ts'
import { createHeaderRules } from '../../lib/header-rules.ts'
import { IDENTITY_HEADERS } from '../../lib/index.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { spellingsOf } from '../support/header-spellings.ts'
import { handshake } from '../support/raw-exchange.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues, type Recorded } from '../support/recording-upstream.ts'

const EVIL = 'evil-forged-value'

/** What only the gateway may say, and what some backend takes for it. */
const NAMES = [
  ...Object.values(IDENTITY_HEADERS),
  ...['X-User', 'X-User-Name', 'X-Roles', 'X-Tenant', 'Remote-User', 'X-Remote-User', 'X-Gateway-Identity'],
  ...['X-Client-Cert', 'X-Client-CN', 'X-Client-Serial', 'X-Client-Verify', 'Client-Cert', 'X-SSL-Client-DN'],
  ...['X-Forwarded-For', 'X-Forwarded-User', 'X-Forwarded-Client-Cert', 'X-Forwarded-Uri', 'Forwarded'],
  ...['X-Amzn-Mtls-Clientcert', 'X-Consumer-Username', 'X-Auth-Request-User', 'X-Webauth-User'],
]

const FORGED = spellingsOf(NAMES)

const gateway = await attackedGateway()

suite('a forged identity header', () => {
  /** In several requests: Node accepts 16 KiB of headers. */
  async function sendForged(
    method: string,
    target: string,
    extra: readonly string[] = [],
  ): Promise<readonly Recorded[]> {
    const arrived: Recorded[] = []
    for (let index = 0; index < FORGED.length; index += 60) {
      const headers = [...FORGED.slice(index, index + 60).map((name) => `${name}: ${EVIL}`), ...extra]
      await sendRequestLines(gateway.port, { method, target, headers })
      arrived.push(...gateway.upstream.take())
    }
    return arrived
  }

  function assertNothingForged(arrived: readonly Recorded[]): void {
    for (const { rawHeaders } of arrived) {
      const evil = rawHeaders.flatMap((value, index) => (value.includes(EVIL) ? [rawHeaders[index - 1]] : []))
      assert.deepEqual(evil, [])
    }
  }

  for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
    test(`never reaches the upstream on a public route, by ${method}`, async () => {
      const arrived = await sendForged(method, '/public/welcome')
      assert.ok(arrived.length > 1)
      assertNothingForged(arrived)
    })
  }

  test('never reaches the upstream on a public route beside a credential, good or bad, and makes nobody of it', async () => {
    for (const credential of [`X-API-Key: ${gateway.apiKey}`, 'X-API-Key: bad', 'Authorization: Bearer x.y.z']) {
      const arrived = await sendForged('GET', '/public/welcome', [credential])
      assert.ok(arrived.length > 1)
      assertNothingForged(arrived)
      for (const record of arrived) assert.deepEqual(foldedValues(record, 'x-user-id'), [])
    }
  })

  for (const method of ['HEAD', 'OPTIONS', 'DELETE']) {
    test(`never reaches the upstream beside a credential by ${method}, and the gateway says who it is`, async () => {
      const arrived = await sendForged(method, '/echo', [`Authorization: Bearer ${gateway.token()}`])
      assert.ok(arrived.length > 1)
      assertNothingForged(arrived)
      for (const record of arrived) assert.deepEqual(foldedValues(record, 'x-user-id'), ['alice'])
    })
  }

  test('never reaches the upstream beside an API key, and the key names a client', async () => {
    const arrived = await sendForged('GET', '/echo', [`X-API-Key: ${gateway.apiKey}`])
    assert.ok(arrived.length > 1)
    assertNothingForged(arrived)
    for (const { rawHeaders } of arrived) {
      const names = rawHeaders.filter((_, index) => index % 2 === 0).map(foldHeaderName)
      assert.ok(names.includes('x-client-id'))
      assert.ok(!names.includes('x-user-id'))
      assert.ok(!names.includes('x-api-key'))
    }
  })

  test('never reaches the upstream beside an access token, and the token names a user', async () => {
    const arrived = await sendForged('GET', '/echo', [`Authorization: Bearer ${gateway.token()}`])
    assert.ok(arrived.length > 1)
    assertNothingForged(arrived)
    for (const { rawHeaders } of arrived) {
      const users = rawHeaders.filter((_, i) => i % 2 === 1 && foldHeaderName(rawHeaders[i - 1] ?? '') === 'x-user-id')
      assert.deepEqual(users, ['alice'])
      assert.ok(!rawHeaders.some((name) => name.toLowerCase() === 'authorization'))
    }
  })

  test('does not help a credential that is bad, or missing', async () => {
    assert.deepEqual(await sendForged('GET', '/echo'), [])
    assert.deepEqual(await sendForged('GET', '/echo', ['Authorization: Bearer no.such.token']), [])
    assert.deepEqual(await sendForged('GET', '/admin', ['X-API-Key: sk_live_no']), [])
  })

  test('never reaches the upstream on an upgrade', async () => {
    for (let index = 0; index < FORGED.length; index += 60) {
      const forged = FORGED.slice(index, index + 60).map((name) => `${name}: ${EVIL}`)
      const [line = '', , ...rest] = handshake('/ws', ...forged, `X-API-Key: ${gateway.apiKey}`)
      const answer = await sendRequestLines(gateway.port, {
        target: '/ws',
        headers: rest.filter((each) => each !== line),
      })
      assert.equal(statusOf(answer), 101)
    }
    const arrived = gateway.upstream.take()
    assert.ok(arrived.length > 1)
    assertNothingForged(arrived)
  })

  test('in its own name is one that the rules drop', () => {
    const rules = createHeaderRules({ managed: Object.values(IDENTITY_HEADERS), credentials: [] })
    assert.deepEqual(
      FORGED.filter((name) => rules.of(name).kind !== 'drop'),
      [],
    )
  })
})
