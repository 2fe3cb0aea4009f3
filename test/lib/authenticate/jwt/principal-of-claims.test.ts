import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type ClaimMapping, principalFieldsOfClaims } from '../../../../lib/authenticate/jwt/principal-of-claims.ts'
import { AuthError } from '../../../../lib/errors.ts'
import { createPrincipal } from '../../../../lib/principal.ts'
import { accessTokenClaims, ISSUER, NOW } from '../../../support/access-token.ts'

const fieldsOf = (changes: Record<string, unknown> = {}, mapping: ClaimMapping = {}) =>
  principalFieldsOfClaims(accessTokenClaims(changes), mapping)

test('a token names a user', () => {
  const { claims: _claims, ...fields } = fieldsOf({ auth_time: NOW - 100 })
  assert.deepEqual(fields, {
    kind: 'user',
    subject: 'alice',
    method: 'jwt',
    clientId: 'web-app',
    issuer: ISSUER,
    tenantId: 'tenant_xyz',
    email: 'alice@example.test',
    roles: ['editor'],
    scopes: ['read:orders', 'write:orders'],
    tier: undefined,
    credentialId: 'token-1',
    authenticatedAt: NOW - 100,
    expiresAt: NOW + 600,
  })
})

suite("a client's own token names a client, never a user", () => {
  const own: Readonly<Record<string, Record<string, unknown>>> = {
    'its subject is its client_id': { sub: 'web-app' },
    'its subject is its azp': { sub: 'app', client_id: undefined, azp: 'app' },
    'its subject is its cid': { sub: 'app', client_id: undefined, cid: 'app' },
    'its subject is its appid': { sub: 'app', client_id: undefined, appid: 'app' },
    'it has no subject': { sub: undefined },
    'Auth0 marks it': { sub: 'app@clients', gty: 'client-credentials' },
    'Entra ID marks it': { sub: 'object-id', idtyp: 'app' },
  }
  for (const [name, changes] of Object.entries(own)) {
    test(name, () => {
      const { kind, subject, clientId } = fieldsOf(changes)
      assert.equal(kind, 'client')
      assert.equal(subject, clientId)
    })
  }
})

suite('scopes', () => {
  const cases: readonly (readonly [Record<string, unknown>, unknown])[] = [
    [{ scope: 'a b' }, ['a', 'b']],
    [{ scope: ' a  b ' }, ['a', 'b']],
    [{ scope: '' }, []],
    [{ scope: undefined, scp: ['a', 'b'] }, ['a', 'b']],
    [{ scope: undefined, scp: 'a b' }, ['a', 'b']],
    [{ scope: undefined }, undefined],
    [{ scope: 42 }, 42],
  ]
  for (const [changes, scopes] of cases) {
    test(JSON.stringify(changes), () => assert.deepEqual(fieldsOf(changes).scopes, scopes))
  }
})

test('an email that is not verified is nobody', () => {
  assert.equal(fieldsOf({ email_verified: false }).email, undefined)
  assert.equal(fieldsOf({ email_verified: true }).email, 'alice@example.test')
})

test('a mapping finds nested and renamed claims, and only own ones', () => {
  const mapping: ClaimMapping = { roles: ['realm_access', 'roles'], tenantId: 'https://x.test/org', tier: 'plan' }
  const changes = { realm_access: { roles: ['admin'] }, 'https://x.test/org': 'o1', plan: 'gold' }
  const { roles, tenantId, tier } = fieldsOf(changes, mapping)
  assert.deepEqual([roles, tenantId, tier], [['admin'], 'o1', 'gold'])
  assert.equal(fieldsOf({}, { tier: ['constructor', 'name'] }).tier, undefined)
})

test('null in a claim is as if it were not there', () => {
  assert.equal(fieldsOf({ roles: null }).roles, undefined)
  assert.equal(fieldsOf({ tenant_id: null }).tenantId, undefined)
})

test('a token that a client got for itself names a client, however its issuer marks it', () => {
  const marks = [
    { sub: 'f0f6e2f0', azp: 'billing', preferred_username: 'service-account-billing', scope: 'email' },
    { sub: 'oid-1', oid: 'oid-1', azp: 'billing', roles: ['Reports.Read'] },
    { sub: 'x@clients', azp: 'billing', gty: 'client-credentials' },
    { sub: 'billing@clients', client_id: 'billing' },
    { sub: 'oid-1', azp: 'billing', idtyp: 'app' },
  ]
  for (const claims of marks) {
    const { kind, subject, clientId } = principalFieldsOfClaims(claims, {})
    assert.deepEqual([kind, subject, clientId], ['client', 'billing', 'billing'])
  }
  assert.equal(principalFieldsOfClaims({ sub: 'oid-1', oid: 'oid-1', azp: 'web', scp: 'read' }, {}).kind, 'user')
  assert.equal(principalFieldsOfClaims({ sub: 'other@clients', client_id: 'billing' }, {}).kind, 'user')
})

test('an address that is not verified is left out, however its issuer writes it', () => {
  const emailOf = (verified: unknown) =>
    principalFieldsOfClaims({ sub: 'a', email: 'a@b.test', email_verified: verified }, {}).email
  for (const verified of [false, 'false', 0, null, 'no']) assert.equal(emailOf(verified), undefined)
  for (const verified of [undefined, true, 'true']) assert.equal(emailOf(verified), 'a@b.test')
})

test('roles that are the keys of an object are taken where the mapping says so, and only there', () => {
  const claims = { sub: 'a', roles: { admin: { 1: 'a.test' } }, groups: ['b', 'admin'] }
  assert.deepEqual(principalFieldsOfClaims(claims, { roles: { keysOf: 'roles' } }).roles, ['admin'])
  assert.deepEqual(principalFieldsOfClaims(claims, { roles: [{ keysOf: 'roles' }, ['groups']] }).roles, ['admin', 'b'])
  for (const mapping of [{}, { roles: [['roles'], ['groups']] }]) {
    assert.ok(createPrincipal(principalFieldsOfClaims({ ...claims, iss: ISSUER }, mapping)) instanceof AuthError)
  }
  const odd = { sub: 'a', roles: { admin: false } }
  assert.ok(createPrincipal(principalFieldsOfClaims(odd, { roles: { keysOf: 'roles' } })) instanceof AuthError)
})

test("a token's id is its jti, or what Entra ID calls it", () => {
  assert.equal(fieldsOf({ uti: 'entra-1' }).credentialId, 'token-1')
  assert.equal(fieldsOf({ jti: undefined, uti: 'entra-1' }).credentialId, 'entra-1')
  assert.equal(fieldsOf({ jti: undefined }).credentialId, undefined)
})

test('a user who picks a name like that of a service account stays a user', () => {
  for (const name of [
    'service-account-',
    'service-account-x',
    'service-account-billing2',
    'xservice-account-billing',
  ]) {
    const { kind, subject } = principalFieldsOfClaims({ sub: 'u1', azp: 'billing', preferred_username: name }, {})
    assert.deepEqual([kind, subject], ['user', 'u1'], name)
  }
  const claims = { sub: 'u1', azp: 'Billing', preferred_username: 'service-account-billing' }
  assert.equal(principalFieldsOfClaims(claims, {}).kind, 'client', 'Keycloak writes user names in lower case')
  assert.equal(principalFieldsOfClaims({ sub: 'u1', preferred_username: 'service-account-undefined' }, {}).kind, 'user')
})
