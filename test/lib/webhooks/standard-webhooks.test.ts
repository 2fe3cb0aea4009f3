import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { standardWebhooks } from '../../../lib/webhooks/standard-webhooks.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { webhookMessage } from '../../support/webhook-message.ts'

const file = new URL('../../vectors/http-signatures/vectors.json', import.meta.url)
const { vectors }: { readonly vectors: readonly Record<string, string>[] } = JSON.parse(readFileSync(file, 'utf8'))
const vector = vectors.find(({ id }) => id === 'standard-webhooks-v1') ?? {}

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
const OTHER = `whsec_${Buffer.alloc(32, 2).toString('base64')}`
const pair = generateKeyPairSync('ed25519')
const PUBLIC = `whpk_${Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')}`
const [ID, TIME, BODY] = ['msg_1', '1700000000', '{"a":1}'] as const

const headers = (signature: string, id: string = ID, timestamp: string = TIME) => ({
  'webhook-id': id,
  'webhook-timestamp': timestamp,
  'webhook-signature': signature,
})
const signedWith = (secret: string) => new Webhook(secret).sign(ID, new Date(Number(TIME) * 1000), BODY)
const signedBy = (key: KeyObject) => `v1a,${sign(null, Buffer.from(`${ID}.${TIME}.${BODY}`), key).toString('base64')}`

function verify(secrets: readonly string[], signature: string, body: string = BODY) {
  return standardWebhooks({ secrets }).verify(webhookMessage(headers(signature), body))
}

const GOOD = { id: ID, timestamp: 1_700_000_000, unique: ID }

test('the vector of the specification', () => {
  const { key_base64: key, webhook_id: id = '', webhook_timestamp: timestamp = '', body = '', signature = '' } = vector
  const format = standardWebhooks({ secrets: [`whsec_${key}`] })
  assert.deepEqual(format.verify(webhookMessage(headers(signature, id, timestamp), body)), {
    id,
    timestamp: Number(timestamp),
    unique: id,
  })
})

test('symmetric and asymmetric signatures, of any of the secrets', () => {
  assert.deepEqual(verify([SECRET], signedWith(SECRET)), GOOD)
  assert.deepEqual(verify([OTHER, SECRET], signedWith(SECRET)), GOOD)
  assert.deepEqual(verify([PUBLIC], signedBy(pair.privateKey)), GOOD)
  assert.deepEqual(verify([SECRET, PUBLIC], signedBy(pair.privateKey)), GOOD)
  assert.equal(verify([OTHER], signedWith(SECRET)), 'signature')
  assert.equal(verify([PUBLIC], signedBy(generateKeyPairSync('ed25519').privateKey)), 'signature')
  assert.equal(verify([SECRET], signedWith(SECRET), `${BODY} `), 'signature')
  assert.equal(verify([PUBLIC], signedBy(pair.privateKey), ''), 'signature')
})

test('of several signatures one must be good; what is no signature of ours is passed over', () => {
  const good = signedWith(SECRET)
  assert.deepEqual(verify([SECRET], `${signedWith(OTHER)} v2,abc v1a,AAAA ${good}`), GOOD)
  for (const bad of [
    ...['', 'v1', 'v1,', good.slice(3), `V1${good.slice(2)}`, `v1a${good.slice(2)}`, `${good},x`, `v2${good.slice(2)}`],
    ...[good.replace('v1,', 'v1,,'), good.slice(0, -4), `${good}=`.replace(/=+$/, '!'), signedBy(pair.privateKey)],
    Array.from({ length: 17 }, () => good).join(' '),
  ]) {
    assert.equal(typeof verify([SECRET], bad), 'string', bad)
  }
})

test('an id has no full stop, and a timestamp is of digits: no other division is signed alike', () => {
  const format = standardWebhooks({ secrets: [SECRET] })
  const told = (id: string, timestamp: string) =>
    format.verify(webhookMessage(headers(new Webhook(SECRET).sign(id, new Date(0), BODY), id, timestamp), BODY))
  for (const id of ['a.1', '', 'a b', 'x'.repeat(257), 'a\n']) assert.equal(told(id, '1'), 'id')
  for (const timestamp of ['', '1.5', '-1', '1e9', '01', 'NaN']) assert.equal(told(ID, timestamp), 'timestamp format')
  assert.equal(format.verify(webhookMessage({}, BODY)), 'id')
})

test('secrets are checked at boot, and not shown', () => {
  const short = `whsec_${Buffer.alloc(23, 1).toString('base64')}`
  for (const secret of ['secret', short, `${SECRET}!`, 'whsec_', 'whpk_AAAA', SECRET.replace('whsec', 'whsk')]) {
    assertRefusedOption(() => standardWebhooks({ secrets: [secret] }), 'whsec_', new RegExp(`^(?!.*${short.slice(6)})`))
  }
  assertRefusedOption(() => standardWebhooks(untyped({ secret: SECRET })), 'secrets')
  assertRefusedOption(() => standardWebhooks({ secrets: [] }), 'secrets')
})
