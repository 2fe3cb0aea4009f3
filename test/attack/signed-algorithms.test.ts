import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { suite, test } from 'node:test'
import { inspect } from 'node:util'
import { type DecisionEvent, decisions } from '../../lib/decision-event.ts'
import { publishedOn } from '../support/published-events.ts'
import { statusOf } from '../support/raw-tcp.ts'
import { signedGateway } from '../support/signed-gateway.ts'
import { signedHeaders } from '../support/signed-request.ts'

const gateway = await signedGateway()
const { secret, record } = gateway.issued
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const signatureFor = (target: string) => signedHeaders(record.keyId, secret, { target })['x-signature'] ?? ''
/** Of a request whose signature is spelled otherwise in base64url, as most are. */
const target =
  Array.from({ length: 1_000 }, (_, index) => `/orders/${index}`).find((each) =>
    /[+/]/.test(signatureFor(each).slice(12)),
  ) ?? ''
const good = signatureFor(target)
const base64 = good.slice('hmac-sha256='.length)
const bytes = Buffer.from(base64, 'base64')
const macOf = (algorithm: string) =>
  createHmac(algorithm, secret).update(`GET\n${target}\n2023-11-14T22:13:20Z\nsha256=${EMPTY}`).digest()

suite('S-06: a signature', () => {
  // The last character before the padding has two bits to spare.
  const spare = `${base64.slice(0, -2)}${String.fromCharCode(base64.charCodeAt(base64.length - 2) + 1)}=`
  const wrong: Readonly<Record<string, string | readonly string[]>> = {
    empty: '',
    'that is its name alone': 'hmac-sha256=',
    'in upper case': good.replace('hmac-sha256', 'HMAC-SHA256'),
    'with its name in mixed case': good.replace('hmac', 'Hmac'),
    'without its name': base64,
    'of SHA-1': `hmac-sha1=${macOf('sha1').toString('base64')}`,
    'of SHA-1, cut to its name': `sha1=${macOf('sha1').toString('base64')}`,
    'of SHA-512': `hmac-sha512=${macOf('sha512').toString('base64')}`,
    'of SHA-512 under this name': `hmac-sha256=${macOf('sha512').toString('base64')}`,
    'of nothing': 'none=',
    'of nothing, under this name': `none=${base64}`,
    'of the hash alone': `sha256=${base64}`,
    'and another': `${good}, ${good}`,
    'twice in two headers': [good, good],
    'after a bad one, in two headers': ['hmac-sha256=x', good],
    'in base64url': `hmac-sha256=${bytes.toString('base64url')}`,
    'in base64url with padding': `hmac-sha256=${bytes.toString('base64url')}=`,
    'without padding': good.slice(0, -1),
    'with spare bits': `hmac-sha256=${spare}`,
    'in hex': `hmac-sha256=${bytes.toString('hex')}`,
    'in odd hex': `hmac-sha256=${bytes.toString('hex').slice(1)}`,
    'that decodes to nothing': 'hmac-sha256=zz',
    'of 31 bytes': `hmac-sha256=${bytes.subarray(0, 31).toString('base64')}`,
    'of one byte': `hmac-sha256=${bytes.subarray(0, 1).toString('base64')}`,
    'of 33 bytes': `hmac-sha256=${Buffer.concat([bytes, bytes.subarray(0, 1)]).toString('base64')}`,
    'of zeros': `hmac-sha256=${Buffer.alloc(32).toString('base64')}`,
    'that is not ASCII': `hmac-sha256=\u00e9${base64.slice(1)}`,
    'of 7 kB': `hmac-sha256=${'A'.repeat(7_000)}`,
    'of another form': good.replace('=', '-v1='),
    'of a form to come': good.replace('=', '-v2='),
  }
  for (const [name, value] of Object.entries(wrong)) {
    const several = typeof value !== 'string'
    test(`${name}: ${several ? 400 : 401}`, async () => {
      const [first, ...rest] = several ? value : [value]
      const sent = { headers: { 'x-signature': first }, lines: rest.map((each) => `X-Signature: ${each}`) }
      assert.equal(await gateway.status({ target }, sent), several ? 400 : 401)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('by an empty secret, or none that is ours: 401', async () => {
    for (const key of ['', '\0', 'x'.repeat(43), secret.slice(1), secret.toUpperCase()]) {
      assert.equal(await gateway.status({}, {}, { secret: key }), 401)
    }
    // The key of the MAC is the text itself. What it would be as base64 is another key.
    assert.notEqual(Buffer.from(secret, 'base64url').toString('latin1'), secret)
  })

  test('that was bad all along was as good as any: the good one passes', async () => {
    assert.equal(await gateway.status({ target }), 200)
    gateway.upstream.take()
  })
})

suite('S-07: rotation', () => {
  test('both secrets work for the time of grace; then the old one is refused at once', async () => {
    const { vault, clock, status, issued } = await signedGateway()
    const { keyId } = issued.record
    const rotated = await vault.rotate(keyId, 60)
    assert.ok(rotated)
    assert.equal(await status({ nonce: 'a' }, {}, { secret: issued.secret }), 200)
    assert.equal(await status({ nonce: 'b' }, {}, { secret: rotated.secret }), 200)
    assert.equal(
      await status({ nonce: 'a' }, {}, { secret: rotated.secret }),
      401,
      'a nonce is of the key, not the secret',
    )
    clock.advance(60)
    assert.equal(await status({ nonce: 'c' }, {}, { secret: issued.secret }), 401)
    assert.equal(await status({ nonce: 'd' }, {}, { secret: rotated.secret }), 200)
  })

  test('without grace the old one ends at once, and a revoked key with all of its secrets', async () => {
    const { vault, status, issued } = await signedGateway()
    const { keyId } = issued.record
    const rotated = await vault.rotate(keyId, 0)
    assert.equal(await status({ nonce: 'a' }, {}, { secret: issued.secret }), 401)
    assert.equal(await status({ nonce: 'b' }, {}, { secret: rotated?.secret ?? '' }), 200)
    await vault.revoke(keyId)
    assert.equal(await status({ nonce: 'c' }, {}, { secret: rotated?.secret ?? '' }), 401)
  })
})

suite('A5: what answers and events tell', () => {
  const events = publishedOn<DecisionEvent>(decisions)
  /** What differs in every answer tells nothing. */
  const bare = (answer: string) =>
    answer.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID').replace(/^date: .*$/im, '')

  test('an unknown key, a wrong signature, an expired and a revoked key: the same bytes', async () => {
    const { vault, clock } = gateway
    const expired = await vault.create({ owner: 'old', expiresAt: clock.now() })
    const revoked = await vault.create({ owner: 'gone' })
    await vault.revoke(revoked.record.keyId)
    events.length = 0
    const signers = {
      'unknown key': { keyId: 'hk_00000000-0000-4000-8000-000000000000' },
      signature: { secret: 'x'.repeat(43) },
      expired: { keyId: expired.record.keyId, secret: expired.secret },
    }
    const answers = new Set<string>()
    for (const [reason, by] of Object.entries(signers)) {
      answers.add(bare(await gateway.send({ method: 'POST', body: 'x' }, {}, by)))
      assert.equal(events.at(-1)?.reason, reason)
    }
    answers.add(
      bare(
        await gateway.send({ method: 'POST', body: 'x' }, {}, { keyId: revoked.record.keyId, secret: revoked.secret }),
      ),
    )
    assert.equal(events.at(-1)?.reason, 'unknown key')
    assert.equal(answers.size, 1, [...answers].join('\n'))
    assert.match([...answers][0] ?? '', /^HTTP\/1\.1 401 [\s\S]*The signature is not valid\./)
    assert.match([...answers][0] ?? '', /www-authenticate: HMAC-SHA256 realm="api", error="invalid_token"/i)
  })

  test('no secret and no signature, whatever happens', async (t) => {
    const printed: string[] = []
    for (const method of ['log', 'error', 'warn', 'info', 'debug'] as const) {
      t.mock.method(console, method, (...words: unknown[]) => printed.push(inspect(words, { depth: 9 })))
    }
    events.length = 0
    const signed = { method: 'POST', body: 'the body of the request' }
    const answers = [
      await gateway.send({ ...signed, nonce: 'leak-1' }),
      await gateway.send({ ...signed, nonce: 'leak-1' }),
      await gateway.send(signed, { body: 'x' }),
      await gateway.send(signed, { lines: [`X-Signature: ${good}`] }),
      await gateway.send(signed, { headers: { 'x-timestamp': 'now' } }),
      await gateway.send({ ...signed, target: `/orders?secret=${secret}` }, {}, { keyId: 'nobody' }),
    ]
    assert.deepEqual(answers.map(statusOf), [200, 401, 401, 400, 401, 401])
    const told = [...answers, ...printed, inspect(events, { depth: 9 })].join('\n')
    const { 'x-signature': sent = '' } = signedHeaders(record.keyId, secret, { ...signed, nonce: 'leak-1' })
    for (const word of [secret, sent, sent.slice(12), good, good.slice(12), 'the body of the request']) {
      assert.ok(!told.includes(word), word)
    }
    gateway.upstream.take()
  })

  test('a replay by a twin: the signature, the key id and the timestamp spelled otherwise', async () => {
    const signed = { method: 'POST', body: 'x', target: '/twin' }
    assert.equal(await gateway.status(signed), 200)
    const { 'x-signature': signature = '' } = signedHeaders(record.keyId, secret, signed)
    const twins: readonly Readonly<Record<string, string | undefined>>[] = [
      {},
      { 'x-signature': `${signature}=` },
      { 'x-signature': signature.slice(0, -1) },
      { 'x-signature': ` ${signature} ` },
      { 'x-signature': signature.replace('hmac', 'HMAC') },
      { 'x-key-id': record.keyId.toUpperCase() },
      { 'x-key-id': ` ${record.keyId}` },
      { 'x-key-id': `${record.keyId},` },
      { 'x-timestamp': '2023-11-14T22:13:20.000Z' },
      { 'x-timestamp': undefined },
      { 'x-timestamp': undefined, date: 'Tue, 14 Nov 2023 22:13:20 GMT' },
      { 'x-key-id': undefined },
      { 'x-nonce': '' },
      { 'x-nonce': 'n' },
    ]
    for (const headers of twins) {
      assert.equal(await gateway.status(signed, { headers }), 401, JSON.stringify(headers))
    }
    assert.equal(gateway.upstream.take().length, 1)
    assert.equal(await gateway.status({ ...signed, nonce: 'alive' }), 200)
  })
})
