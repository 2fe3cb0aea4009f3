import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../lib/errors.ts'
import { createPrincipal, isPrincipal, isPrincipalText, isRole, type PrincipalFields } from '../../lib/principal.ts'
import { principal } from '../support/outcomes.ts'
import { untyped } from '../support/refused-option.ts'

const create = (fields: Record<string, unknown>) =>
  createPrincipal(untyped<PrincipalFields>({ kind: 'user', subject: 'alice', method: 'jwt', ...fields }))

test('a principal is frozen, to its depth', () => {
  const made = principal({ roles: ['a'], scopes: ['b'], claims: { list: [{ deep: [1] }], object: { x: {} } } })
  const frozen = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    assert.ok(Object.isFrozen(value), JSON.stringify(value))
    Object.values(value).forEach(frozen)
  }
  frozen(made)
})

test('what it was made of can be changed without changing it', () => {
  const roles = ['viewer']
  const claims = { nested: { role: 'viewer' } }
  const made = principal({ roles, claims })
  roles.push('admin')
  claims.nested.role = 'admin'
  assert.deepEqual([...made.roles], ['viewer'])
  assert.equal(JSON.stringify(made.claims), '{"nested":{"role":"viewer"}}')
})

test('claims have no prototype, and a claim can make none', () => {
  const made = create({ claims: JSON.parse('{"__proto__": {"admin": true}, "constructor": 1, "a": {"b": {}}}') })
  assert.ok(!(made instanceof AuthError))
  assert.equal(made.claims.admin, undefined)
  assert.equal(made.claims.toString, undefined)
  assert.equal(Object.getPrototypeOf(made.claims), null)
  assert.equal(Object.getPrototypeOf(made.claims.a), null)
  assert.deepEqual(Object.keys(made.claims), ['__proto__', 'constructor', 'a'])
  assert.equal(({} as Record<string, unknown>).admin, undefined)
})

test('what is not given is not there', () => {
  assert.deepEqual(Object.keys(principal({ email: undefined })), [
    'kind',
    'subject',
    'method',
    'roles',
    'scopes',
    'claims',
  ])
})

suite('what cannot be represented in a header is refused, never coerced or cut', () => {
  const bad: readonly (readonly [string, readonly unknown[]])[] = [
    [
      'subject',
      [
        undefined,
        null,
        '',
        ' ',
        ' a',
        'a ',
        'a\r\nb',
        'a\u0000',
        'caf\u00e9',
        '\u007f',
        'a\tb',
        42,
        {},
        ['a'],
        'x'.repeat(513),
      ],
    ],
    ['method', [undefined, '', 'a\n']],
    ['clientId', [null, '', 'a\n', 42, 'x'.repeat(513)]],
    ['issuer', ['', 'a\n', 42]],
    ['tenantId', ['', '\u2028', {}]],
    ['email', ['\u00e9@example.test', '']],
    ['tier', ['', 1]],
    ['credentialId', ['', 'a\nb']],
    [
      'roles',
      [
        'admin',
        {},
        ['viewer,admin'],
        ['a b'],
        [''],
        [1],
        [null],
        ['a\n'],
        ['\u00e9'],
        [['a']],
        [new Array(5_000).join('x')],
      ],
    ],
    ['scopes', ['read', ['a b'], ['a,b'], ['a"b'], ['a\\b'], [''], [1], ['\u00e9']]],
    ['expiresAt', [Number.NaN, Number.POSITIVE_INFINITY, '1', null]],
    ['authenticatedAt', [Number.NaN, '1', new Date()]],
  ]
  for (const [field, values] of bad) {
    for (const value of values) {
      test(`${field}: ${JSON.stringify(value)?.slice(0, 30)}`, () => {
        const made = create({ [field]: value })
        assert.ok(made instanceof AuthError)
        assert.equal(made.code, 'invalid_token')
        assert.equal(made.reason, `${field} cannot be represented`)
      })
    }
  }
  test('claims that are nested too deep', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'x' : { a: nested(levels - 1) })
    assert.ok(isPrincipal(create({ claims: nested(16) })))
    assert.ok(create({ claims: nested(17) }) instanceof AuthError)
    assert.ok(create({ claims: JSON.parse(`{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`) }) instanceof AuthError)
  })
  test('as many roles as fit a header, and not one more', () => {
    assert.ok(isPrincipal(create({ roles: Array.from({ length: 2_048 }, () => 'r') })))
    assert.ok(create({ roles: Array.from({ length: 2_049 }, () => 'r') }) instanceof AuthError)
  })
})

test('only createPrincipal makes a principal', () => {
  const made = principal()
  assert.ok(isPrincipal(made))
  for (const double of [
    { ...made },
    Object.create(made),
    JSON.parse(JSON.stringify(made)),
    structuredClone(made),
    null,
    undefined,
    'alice',
  ]) {
    assert.ok(!isPrincipal(double))
  }
})

test('roles and texts are told from what no principal can have', () => {
  assert.deepEqual(['admin', 'a,b', 'a b', ''].map(isRole), [true, false, false, false])
  assert.deepEqual(['acme', 'a b', 'a ', '', 'x'.repeat(513)].map(isPrincipalText), [true, true, false, false, false])
})
