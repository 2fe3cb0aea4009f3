import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  assertClaimMapping,
  type ClaimMapping,
  principalFieldsOfClaims,
} from '../../../../lib/authenticate/jwt/principal-of-claims.ts'
import type { ClaimPaths } from '../../../../lib/claim-path.ts'
import { AuthError } from '../../../../lib/errors.ts'
import { createPrincipal } from '../../../../lib/principal.ts'
import { accessTokenClaims } from '../../../support/access-token.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const fieldsOf = (changes: Record<string, unknown>, mapping: ClaimMapping) =>
  principalFieldsOfClaims(accessTokenClaims(changes), mapping)
const KEYCLOAK: ClaimMapping = {
  roles: [
    ['realm_access', 'roles'],
    ['resource_access', 'api', 'roles'],
  ],
}

suite('roles from several claims', () => {
  const rolesOf = (changes: Record<string, unknown>) => fieldsOf(changes, KEYCLOAK).roles

  test('are put together, in their order and each once', () => {
    const realm = { realm_access: { roles: ['a', 'b'] } }
    const client = { resource_access: { api: { roles: ['b', 'c'] }, other: { roles: ['d'] } } }
    assert.deepEqual(rolesOf({ ...realm, ...client }), ['a', 'b', 'c'])
    assert.deepEqual(rolesOf(realm), ['a', 'b'])
    assert.deepEqual(rolesOf(client), ['b', 'c'])
    assert.equal(rolesOf({ roles: ['admin'] }), undefined)
  })

  /** What is no list of strings is refused, never read as one. */
  const odd: readonly Record<string, unknown>[] = [
    { realm_access: { roles: 'admin' } },
    { realm_access: { roles: 'admin' }, resource_access: { api: { roles: ['b'] } } },
    { realm_access: { roles: ['a'] }, resource_access: { api: { roles: 'admin' } } },
    { realm_access: { roles: ['a'] }, resource_access: { api: { roles: { admin: true } } } },
    { realm_access: { roles: [['admin']] } },
    { realm_access: { roles: ['a'] }, resource_access: { api: { roles: [['admin']] } } },
    { realm_access: { roles: ['a'] }, resource_access: { api: { roles: [null] } } },
    { realm_access: { roles: ['a,admin'] }, resource_access: { api: { roles: ['b'] } } },
    { realm_access: { roles: 0 }, resource_access: { api: { roles: ['b'] } } },
  ]
  for (const changes of odd) {
    test(`${JSON.stringify(changes)} make no principal`, () => {
      const made = createPrincipal(fieldsOf(changes, KEYCLOAK))
      assert.equal(made instanceof AuthError && made.reason, 'roles cannot be represented')
    })
  }
})

suite('scopes from where a mapping says', () => {
  const cases: readonly (readonly [Record<string, unknown>, ClaimPaths, unknown])[] = [
    [{ permissions: ['a', 'b'] }, 'permissions', ['a', 'b']],
    [{ permissions: 'a b' }, 'permissions', ['a', 'b']],
    [{ scope: 'a b', permissions: ['b', 'c'] }, [['scope'], ['permissions']], ['a', 'b', 'c']],
    [{ scope: 'a', scp: ['b'] }, [['scope'], ['scp']], ['a', 'b']],
    [{ scope: 'a', permissions: undefined }, 'permissions', undefined],
    [{ scope: undefined, scp: 'a' }, 'scp', ['a']],
    [{ x: { y: ' a  b ' } }, ['x', 'y'], ['a', 'b']],
  ]
  for (const [changes, scopes, found] of cases) {
    test(`${JSON.stringify(scopes)} of ${JSON.stringify(changes)}`, () => {
      assert.deepEqual(fieldsOf(changes, { scopes }).scopes, found)
    })
  }

  for (const permissions of [{ admin: true }, 42, true, [1], [['a']], ['a b']]) {
    test(`${JSON.stringify(permissions)} make no principal, alone and beside others`, () => {
      for (const scopes of ['permissions', [['scope'], ['permissions']]]) {
        assert.ok(createPrincipal(fieldsOf({ permissions }, untyped({ scopes }))) instanceof AuthError)
      }
    })
  }
})

test('a claim that is called __proto__ or constructor makes nobody anything', () => {
  const claims = JSON.parse(
    '{"__proto__":{"roles":["admin"],"scope":"all","sub":"root"},"constructor":{"roles":["admin"]}}',
  )
  const made = principalFieldsOfClaims({ ...accessTokenClaims({ roles: undefined, scope: undefined }), ...claims }, {})
  assert.deepEqual([made.subject, made.roles, made.scopes], ['alice', undefined, undefined])
})

suite('a mapping is refused', () => {
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{ role: 'x' }, 'Did you mean "roles"?'],
    [{ scope: 'x' }, 'Did you mean "scopes"?'],
    [{ roles: [['a'], []] }, '"roles"'],
    [{ scopes: [] }, '"scopes"'],
    [{ tenantId: [['a'], ['b']] }, '"tenantId"'],
    [{ email: '' }, '"email"'],
    [{ tier: null }, '"tier"'],
    [null, 'object'],
    [[], 'object'],
  ]
  for (const [mapping, ...words] of refused) {
    test(JSON.stringify(mapping), () => {
      assertRefusedOption(() => assertClaimMapping('test', untyped(mapping)), 'test.claims', ...words)
    })
  }
})
