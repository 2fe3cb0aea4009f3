import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../../lib/errors.ts'
import type { Principal, PrincipalFields } from '../../../lib/principal.ts'
import { IDENTITY_HEADERS, type IdentityOptions, identityHeaders } from '../../../lib/propagate/identity-headers.ts'
import { principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const alice: Partial<PrincipalFields> = {
  clientId: 'web',
  tenantId: 't1',
  email: 'alice@example.test',
  roles: ['a', 'b'],
  issuer: 'https://i.test',
}
const headersOf = (who: Principal, options: IdentityOptions = {}, qualified = false) =>
  identityHeaders(options, qualified).of(who)

test('a user', () => {
  assert.deepEqual(headersOf(principal(alice)), {
    'x-user-id': 'alice',
    'x-user-email': 'alice@example.test',
    'x-user-roles': 'a,b',
    'x-tenant-id': 't1',
    'x-auth-method': 'jwt',
    'x-client-id': 'web',
  })
})

test('a client gets no header of a user', () => {
  const client = principal({ ...alice, kind: 'client', subject: 'alice', clientId: 'alice' })
  assert.deepEqual(headersOf(client), {
    'x-client-roles': 'a,b',
    'x-tenant-id': 't1',
    'x-auth-method': 'jwt',
    'x-client-id': 'alice',
  })
  assert.equal(
    (headersOf(principal({ kind: 'client', subject: 'app' })) as Record<string, string>)['x-client-id'],
    'app',
  )
})

test('the anonymous has a method only', () => {
  const nobody = principal({ kind: 'anonymous', subject: 'anonymous', method: 'anonymous', roles: ['admin'] })
  assert.deepEqual(headersOf(nobody), { 'x-auth-method': 'anonymous' })
})

test('with several issuers, users and clients are qualified by theirs', () => {
  assert.equal((headersOf(principal(alice), {}, true) as Record<string, string>)['x-user-id'], 'https://i.test|alice')
  assert.equal((headersOf(principal(alice), {}, true) as Record<string, string>)['x-client-id'], 'https://i.test|web')
  const { issuer: _issuer, ...ofNoIssuer } = alice
  assert.equal((headersOf(principal(ofNoIssuer), {}, true) as Record<string, string>)['x-user-id'], 'alice')
})

suite('names', () => {
  const headers = { userId: 'X-Remote-User', roles: false, requestId: 'X-Correlation' } as const
  test('are configurable, and can be switched off', () => {
    const sent = headersOf(principal(alice), { headers }) as Record<string, string>
    assert.equal(sent['x-remote-user'], 'alice')
    assert.ok(!('x-user-roles' in sent) && !('x-user-id' in sent))
    assert.equal(identityHeaders({ headers }, false).requestIdName, 'x-correlation')
    assert.equal(identityHeaders({ headers: { requestId: false } }, false).requestIdName, undefined)
  })
  test('that are default, configured or off are all managed', () => {
    const { managed } = identityHeaders({ headers, claims: { 'X-Department': 'dept' } }, false)
    const lower = managed.map((name) => name.toLowerCase())
    for (const name of [...Object.values(IDENTITY_HEADERS), 'X-Remote-User', 'X-Correlation', 'X-Department']) {
      assert.ok(lower.includes(name.toLowerCase()), name)
    }
  })
})

suite('claims', () => {
  const claims = { 'X-Department': ['org', 'department'] }
  const sent = (department: unknown) => headersOf(principal({ claims: { org: { department } } }), { claims })
  test('a text, and a list of texts', () => {
    assert.equal((sent('R and D') as Record<string, string>)['x-department'], 'R and D')
    assert.equal((sent(['a', 'b']) as Record<string, string>)['x-department'], 'a,b')
  })
  test('that are missing or empty are not sent', () => {
    assert.ok(!('x-department' in headersOf(principal(), { claims })))
    assert.ok(!('x-department' in sent([])))
  })
  for (const value of [
    'a\r\nX-User-ID: root',
    'caf\u00e9',
    ' a',
    42,
    true,
    null,
    { a: 1 },
    ['a,b'],
    ['a b'],
    [1],
    [''],
    [null],
    [['a']],
    [{}],
    'x'.repeat(5_000),
  ]) {
    test(`${JSON.stringify(value).slice(0, 30)} cannot be represented: the credential is rejected`, () => {
      const answer = sent(value)
      assert.ok(answer instanceof AuthError)
      assert.equal(answer.code, 'invalid_token')
    })
  }
})

test('headers are worked out once for a principal, and cannot be changed', () => {
  const identity = identityHeaders({}, false)
  const who = principal(alice)
  assert.equal(identity.of(who), identity.of(who))
  assert.ok(Object.isFrozen(identity.of(who)))
})

suite('refused at boot', () => {
  const refused: readonly (readonly [object, ...string[]])[] = [
    [{ header: {} }, 'boundary.identity', 'Did you mean "headers"?'],
    [{ headers: { userID: 'X' } }, 'boundary.identity.headers', 'Did you mean "userId"?'],
    [{ headers: { userId: '' } }, 'identity header'],
    [{ headers: { userId: true } }, 'identity header'],
    [{ headers: { userId: 'X_User_ID' } }, '"X_User_ID"'],
    [{ headers: { userId: 'X User' } }, '"X User"'],
    [{ headers: { userId: 'Host' } }, '"Host"'],
    [{ headers: { userId: 'content-length' } }, '"content-length"'],
    [{ headers: { userId: 'Transfer-Encoding' } }, '"Transfer-Encoding"'],
    [{ headers: { userId: 'Connection' } }, '"Connection"'],
    [{ headers: { userId: 'Upgrade' } }, '"Upgrade"'],
    [{ headers: { userId: 'X-Forwarded-For' } }, '"X-Forwarded-For"'],
    [{ headers: { userId: 'X-Tenant-ID' } }, 'same header name'],
    [{ headers: { userId: 'X-A', email: 'x-a' } }, 'same header name'],
    [{ headers: { userId: 'X-A-B', email: 'X.A.B' } }, 'same header name'],
    [{ claims: { 'X-User-ID': 'preferred_username' } }, 'X-User-ID'],
    [{ claims: { 'x-client-id': 'sub' } }, 'x-client-id'],
    [{ claims: { 'X-Dept': 'a', 'x-dept': 'b' } }, 'same header name'],
    [{ claims: { 'X-Dept': '' } }, '"X-Dept"'],
    [{ claims: { 'X-Dept': [] } }, '"X-Dept"'],
    [{ claims: { Cookie: 'sid' } }, '"Cookie"'],
  ]
  for (const [options, ...words] of refused) {
    test(JSON.stringify(options), () => assertRefusedOption(() => identityHeaders(untyped(options), false), ...words))
  }
})
