import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { storedSharedKey } from '../../lib/checked-shared-key.ts'
import { sharedKeyRecord } from '../contract/secret-store.ts'

test('a record is what was stored, with fields that are to come', () => {
  const record = { ...sharedKeyRecord({ label: 'l', tier: 't', expiresAt: 1.5, revokedAt: 2 }), later: 1 }
  assert.equal(storedSharedKey(record), record)
})

suite('a damaged record is a fault, never a key', () => {
  const [secret] = sharedKeyRecord().secrets
  const damaged: Readonly<Record<string, unknown>> = {
    nothing: undefined,
    null: null,
    'a text': 'x',
    'a list': [],
    'no key id': sharedKeyRecord({ keyId: '' }),
    'no owner': { ...sharedKeyRecord(), owner: undefined },
    'an owner that is a number': { ...sharedKeyRecord(), owner: 7 },
    'scopes that are a text': { ...sharedKeyRecord(), scopes: 'a b' },
    'a scope that is a number': { ...sharedKeyRecord(), scopes: [7] },
    'no roles': { ...sharedKeyRecord(), roles: undefined },
    'a tenant that is none': { ...sharedKeyRecord(), tenantId: null },
    'an expiry that is a text': { ...sharedKeyRecord(), expiresAt: '2030' },
    'an expiry that JSON has lost': { ...sharedKeyRecord(), expiresAt: null },
    'a revocation that is a text': { ...sharedKeyRecord(), revokedAt: 'now' },
    'no version': { ...sharedKeyRecord(), version: undefined },
    'no secrets': { ...sharedKeyRecord(), secrets: undefined },
    'a secret that is none': { ...sharedKeyRecord(), secrets: [null] },
    'a secret in plain text': { ...sharedKeyRecord(), secrets: ['secret'] },
    'a secret without its key': { ...sharedKeyRecord(), secrets: [{ ...secret, sealedUnder: undefined }] },
    'a secret that is good until a text': { ...sharedKeyRecord(), secrets: [{ ...secret, goodUntil: 'x' }] },
  }
  for (const [name, record] of Object.entries(damaged)) {
    test(name, () =>
      assert.throws(() => storedSharedKey(record), /the record of a shared key is (?:damaged|no record)/),
    )
  }
})
