import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { JWS_ALGORITHMS } from '../../../../lib/authenticate/jwt/algorithms.ts'
import { secretKeySet } from '../../../../lib/authenticate/jwt/secret-key-set.ts'
import { atOnce } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const SECRET = 'a secret of at least thirty-two bytes'

test('a secret is one key, whatever the kid, for HS256 and for nothing else', () => {
  const keySet = secretKeySet('test', SECRET)
  const key = atOnce(keySet.find('any', 'HS256'))
  assert.equal(key?.key.type, 'secret')
  assert.equal(keySet.find(undefined, 'HS256'), key)
  for (const algorithm of JWS_ALGORITHMS) assert.equal(keySet.find(undefined, algorithm), undefined)
})

test('it holds its own key, which is another with another secret, and tells nothing of it', () => {
  const first = secretKeySet('test', SECRET)
  const id = atOnce(first.find(undefined, 'HS256'))?.id ?? assert.fail()
  assert.ok(first.holds(id) && secretKeySet('test', Buffer.from(SECRET)).holds(id))
  assert.ok(!secretKeySet('test', `${SECRET}!`).holds(id) && !first.holds(''))
  assert.match(id, /^[\w-]{43}$/)
  assert.ok(!id.includes(Buffer.from(SECRET).toString('base64url').slice(0, 10)))
})

suite('what others know, or can guess, is no secret', () => {
  const pem = createPublicKey(createSigningKey('RS256').privateKey).export({ type: 'spki', format: 'pem' })
  const refused: Readonly<Record<string, unknown>> = {
    'a short one': 'x'.repeat(31),
    nothing: '',
    'no text': 42,
    'the public key of an issuer': pem,
    'the public key of an issuer, in bytes': Buffer.from(pem),
  }
  for (const [name, secret] of Object.entries(refused)) {
    test(name, () => assertRefusedOption(() => secretKeySet('test', secret), 'test', '"secret"'))
  }
})
