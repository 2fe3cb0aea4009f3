import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { hmacAuthenticator } from '../../../lib/authenticate/hmac.ts'
import { DependencyError } from '../../../lib/errors.ts'
import type { SharedKey, SharedKeys } from '../../../lib/shared-key.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import { NOW } from '../../support/access-token.ts'
import { claimedOnce } from '../../support/claimed-once.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'
import { signedHeaders } from '../../support/signed-request.ts'

const SECRET = 'a-secret-of-at-least-thirty-two-bytes'

function sharedKey(changes: Partial<SharedKey> = {}): SharedKey {
  const secrets = [createSecretKey(Buffer.from(SECRET))]
  return { keyId: 'partner-1', owner: 'acme', scopes: [], roles: [], secrets, ...changes }
}

function setUp(find: SharedKeys['find'], replayStore = memoryReplayStore({ now: () => NOW })) {
  const authenticator = hmacAuthenticator({ keys: { find }, replayStore, now: () => NOW })
  return (keyId: string, secret = SECRET, nonce?: string) => {
    const headers = signedHeaders(keyId, secret, nonce === undefined ? {} : { nonce })
    const { 'x-signature': signature = '', ...others } = headers
    return authenticator.authenticate(requestView({ 'x-signature': signature }, { headers: others }))
  }
}

test('a look-up that knows a key by two spellings does not make two signatures of one', async () => {
  const authenticate = setUp((keyId) => (keyId.toLowerCase() === 'partner-1' ? sharedKey() : undefined))
  await principalIn(authenticate('partner-1'))
  assert.equal((await errorIn(authenticate('PARTNER-1'))).reason, 'unknown key')
})

test('an empty or short secret is a fault of the look-up, whatever the request was signed with', async () => {
  for (const secret of ['', 'thirty-one-bytes-are-not-enough']) {
    const secrets = [createSecretKey(Buffer.from(SECRET)), createSecretKey(Buffer.from(secret))]
    const authenticate = setUp(() => sharedKey({ secrets }))
    for (const used of [SECRET, secret]) {
      await assert.rejects(async () => authenticate('partner-1', used), DependencyError)
    }
  }
})

test('a key without a secret is no key', async () => {
  const authenticate = setUp(() => sharedKey({ secrets: [] }))
  assert.equal((await errorIn(authenticate('partner-1'))).reason, 'unknown key')
  assert.equal((await errorIn(authenticate('partner-1', ''))).reason, 'unknown key')
})

test('a principal ends with its key', async () => {
  const authenticate = setUp(() => sharedKey({ expiresAt: NOW + 60 }))
  assert.equal((await principalIn(authenticate('partner-1'))).expiresAt, NOW + 60)
})

test('no key uses up what another has: colons in key ids and nonces say nothing', async () => {
  const replayStore = claimedOnce()
  const authenticate = setUp((keyId) => sharedKey({ keyId }), replayStore)
  await principalIn(authenticate('a', SECRET, 'b:nonce:c'))
  await principalIn(authenticate('a:nonce:b', SECRET, 'c'))
  assert.equal(replayStore.claims.size, 2)
})

test('no secret and no signature is in what is claimed', async () => {
  const replayStore = claimedOnce()
  const authenticate = setUp(() => sharedKey(), replayStore)
  await principalIn(authenticate('partner-1'))
  const [claimed = ''] = replayStore.claims.keys()
  assert.ok(!claimed.includes(SECRET))
  assert.equal(replayStore.claims.get(claimed), NOW + 601)
})
