import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type ClaimMapping, principalFieldsOfClaims } from '../../../../lib/authenticate/jwt/principal-of-claims.ts'
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
