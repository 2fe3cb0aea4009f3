import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readRevocation } from '../../../../lib/revoke/admin/read-revocation.ts'

const NOW = 1_700_000_000
const TIMES = { now: NOW, keepForSeconds: 1_000 }
const expiresAt = NOW + 1_000

function read(body: unknown) {
  return readRevocation(body, TIMES)
}

suite('what is revoked', () => {
  test('is one token, one session, a client, a subject or its old versions', () => {
    assert.deepEqual(read({ jti: 't' }), { kind: 'token', tokenId: 't', expiresAt })
    assert.deepEqual(read({ sid: 's' }), { kind: 'session', sessionId: 's', expiresAt })
    assert.deepEqual(read({ clientId: 'c' }), { kind: 'client', clientId: 'c', expiresAt })
    assert.deepEqual(read({ sub: 'u', minVersion: 3 }), { kind: 'version', subject: 'u', minVersion: 3, expiresAt })
  })

  test('of a subject is what was issued before now, unless it is said otherwise', () => {
    assert.deepEqual(read({ sub: 'u' }), { kind: 'subject', subject: 'u', issuedBefore: NOW, expiresAt })
    for (const before of [NOW - 60, '2023-11-14T22:12:20Z']) {
      assert.deepEqual(read({ sub: 'u', before }), { kind: 'subject', subject: 'u', issuedBefore: NOW - 60, expiresAt })
      assert.deepEqual(read({ clientId: 'c', before }), {
        kind: 'client',
        clientId: 'c',
        issuedBefore: NOW - 60,
        expiresAt,
      })
    }
  })

  test('may be limited to an issuer, and has an end that may be told', () => {
    const issuer = 'https://login.example.test'
    assert.deepEqual(read({ jti: 't', issuer }), { kind: 'token', tokenId: 't', issuer, expiresAt })
    assert.deepEqual(read({ jti: 't', expiresInSeconds: 5 }), { kind: 'token', tokenId: 't', expiresAt: NOW + 5 })
    assert.deepEqual(read({ jti: 't', expiresAt: NOW + 7 }), { kind: 'token', tokenId: 't', expiresAt: NOW + 7 })
    assert.deepEqual(read({ jti: 't', expiresAt: '2023-11-14T22:13:27Z' }), {
      kind: 'token',
      tokenId: 't',
      expiresAt: NOW + 7,
    })
  })
})

suite('a body is refused, with words that name the field', () => {
  const EXACTLY_ONE = /exactly one of "jti", "sub", "sid" and "clientId"/
  const bodies: Readonly<Record<string, readonly [body: unknown, words: RegExp]>> = {
    'that is none': [undefined, /JSON object/],
    'that is a list': [[], /JSON object/],
    'that names nothing': [{}, EXACTLY_ONE],
    'that names two': [{ jti: 't', sid: 's' }, EXACTLY_ONE],
    'with only a version': [{ minVersion: 1 }, EXACTLY_ONE],
    'with a field that is none': [{ jti: 't', subject: 'u' }, /"subject" is no field; known fields: jti, sub/],
    'with an id of another type': [{ jti: 1 }, /"jti" must be a non-empty string/],
    'with null': [{ sid: null }, /"sid" must be/],
    'with an empty id': [{ sub: '' }, /"sub" must be/],
    'with an id of a control character': [{ clientId: 'a\u0000' }, /"clientId" must be/],
    'with an issuer of another type': [{ jti: 't', issuer: [] }, /"issuer" must be/],
    'with a time that is none': [{ sub: 'u', before: 'yesterday' }, /"before" must be a time in epoch seconds/],
    'with a time in milliseconds': [{ sub: 'u', before: NOW * 1000 }, /"before" must not be in the future/],
    'with a time before a token': [{ jti: 't', before: NOW }, /"before" goes with "sub" and "clientId" only/],
    'with a time before a session': [{ sid: 's', before: NOW }, /"before" goes with/],
    'with a version of no subject': [{ clientId: 'c', minVersion: 1 }, /"minVersion" goes with "sub" only/],
    'with a version and a time': [{ sub: 'u', minVersion: 1, before: NOW }, /one of "before" and "minVersion"/],
    'with a version of 0': [{ sub: 'u', minVersion: 0 }, /"minVersion" must be a whole number of at least 1/],
    'with half a version': [{ sub: 'u', minVersion: 1.5 }, /"minVersion" must be/],
    'with two ends': [{ jti: 't', expiresAt: NOW + 1, expiresInSeconds: 1 }, /one of "expiresAt" and "expiresInS/],
    'with an end that has been': [{ jti: 't', expiresAt: NOW }, /"expiresAt" must be in the future/],
    'with an end that is none': [{ jti: 't', expiresAt: true }, /"expiresAt" must be a time/],
    'with an end in milliseconds': [{ jti: 't', expiresAt: NOW * 1000 }, /"expiresAt" must be within ten years/],
    'with no time to live': [{ jti: 't', expiresInSeconds: 0 }, /"expiresInSeconds" must be a number above 0/],
    'with a time to live of text': [{ jti: 't', expiresInSeconds: '5' }, /"expiresInSeconds" must be/],
    'with an endless time to live': [{ jti: 't', expiresInSeconds: 1e300 }, /"expiresInSeconds" must be/],
  }
  for (const [name, [body, words]] of Object.entries(bodies)) {
    test(name, () => {
      const problem = read(body)
      assert.ok(typeof problem === 'string', 'it is not refused')
      assert.match(problem, words)
    })
  }
})
