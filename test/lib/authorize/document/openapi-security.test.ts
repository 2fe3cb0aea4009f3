import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { stringify } from 'yaml'
import { readDocument } from '../../../../lib/authorize/document/located-document.ts'
import { askOf } from '../../../../lib/authorize/document/openapi-security.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const SCHEMES = {
  key: { type: 'apiKey' },
  oauth: { type: 'oauth2' },
  oidc: { type: 'openIdConnect' },
  bearer: { type: 'http', scheme: 'Bearer' },
  basic: { type: 'http', scheme: 'basic' },
  mtls: { type: 'mutualTLS' },
  hmac: { type: 'apiKey', 'x-gatewarden': { authenticators: ['hmac'] } },
  staff: { type: 'apiKey', 'x-gatewarden': { authenticators: ['api-key'], roles: ['staff'] } },
  own: { type: 'oauth2', 'x-gatewarden': { authenticators: ['jwt'] } },
  lax: { type: 'apiKey', 'x-required-roles': ['staff'] },
  laxer: { type: 'apiKey', 'x-gatewarden': null },
  alias: { $ref: '#/components/securitySchemes/key' },
}
const TOKENS = ['jwt', 'introspection']

function ask(operation: object, item: object = {}, top: object = {}) {
  const root = { components: { securitySchemes: SCHEMES }, ...top }
  const document = readDocument(stringify(root), 'api.yaml')
  return askOf(untyped({ root, item, operation, place: ['paths'] }), document)
}

suite('security', () => {
  const cases: readonly (readonly [string, unknown, object])[] = [
    ['none is public', [], { public: true }],
    ['none, said the longer way', [{}], { public: true }],
    ['optional', [{}, { key: [] }], { anonymous: true }],
    ['a key', [{ key: [] }], { authenticators: ['api-key'] }],
    ['a key, by a reference', [{ alias: [] }], { authenticators: ['api-key'] }],
    ['a token', [{ oauth: [] }], { authenticators: TOKENS }],
    ['scopes of a token', [{ oidc: ['a', 'b'] }], { authenticators: TOKENS, scopes: ['a', 'b'] }],
    ['roles, where there are no scopes', [{ bearer: ['a'] }], { authenticators: TOKENS, roles: ['a'] }],
    ['a certificate', [{ mtls: [] }], { certificate: true }],
    ['a scheme that says what it asks for', [{ hmac: ['a'] }], { authenticators: ['hmac'], roles: ['a'] }],
    ['scopes, of a scheme that says what it asks for', [{ own: ['a'] }], { authenticators: ['jwt'], scopes: ['a'] }],
    [
      'roles of the scheme and of the operation, both',
      [{ staff: ['editor'] }],
      { authenticators: ['api-key'], roles: ['staff'], allOf: [{ roles: ['editor'] }] },
    ],
    [
      'two together, and nothing of either is lost',
      [{ mtls: ['a'], bearer: ['b'] }],
      {
        allOf: [
          { certificate: true, roles: ['a'] },
          { authenticators: TOKENS, roles: ['b'] },
        ],
      },
    ],
    ['alternatives', [{ key: [] }, { mtls: [] }], { anyOf: [{ authenticators: ['api-key'] }, { certificate: true }] }],
  ]
  for (const [title, security, expected] of cases) test(title, () => assert.deepEqual(ask({ security }), expected))
  test('of the document is that of an operation that says nothing', () => {
    assert.deepEqual(ask({}, {}, { security: [{ key: [] }] }), { authenticators: ['api-key'] })
    assert.deepEqual(ask({ security: [] }, {}, { security: [{ key: [] }] }), { public: true })
  })
})

suite('extensions are asked for beside it', () => {
  const security = [{ key: [] }]
  const key = { authenticators: ['api-key'] }
  test('of the operation, its path and the document', () => {
    const given = ask(
      { security, 'x-required-roles': { any: ['a', 'b'] }, 'x-other': 1 },
      { 'x-required-scopes': ['s'], 'x-allowed-networks': ['10.0.0.0/8'] },
      { 'x-gatewarden': { not: { clients: ['x'] } } },
    )
    assert.deepEqual(given, {
      allOf: [
        key,
        { not: { clients: ['x'] } },
        { scopes: ['s'] },
        { networks: ['10.0.0.0/8'] },
        { roles: { any: ['a', 'b'] } },
      ],
    })
  })
  test('what would be passed over is refused', () => {
    for (const name of ['x-required-role', 'x-allowed-ips', 'x-required-', 'X-Required-Roles', 'x-Gatewarden']) {
      assertRefusedOption(() => ask({ security, [name]: ['a'] }), `"${name}"`, 'x-required-roles')
    }
    assertRefusedOption(() => ask({ security, 'x-gatewarden': true }), '"x-gatewarden"')
    assertRefusedOption(() => ask({ security: [{ lax: [] }] }), '"x-required-roles"', '"x-gatewarden"')
    assertRefusedOption(() => ask({ security: [{ laxer: [] }] }), '"x-gatewarden"')
  })
  test('security of a path, which OpenAPI does not know', () => {
    assertRefusedOption(
      () => ask({}, { security: [{ oauth: ['admin'] }] }, { security: [{ key: [] }] }),
      'its path has',
    )
  })
  test('what is public cannot ask for more', () => {
    assertRefusedOption(() => ask({ security: [], 'x-required-roles': ['a'] }), 'decide for one')
    assertRefusedOption(() => ask({ security: [{}, { key: [] }] }, { 'x-required-roles': ['a'] }), 'decide for one')
  })
})

suite('refused', () => {
  const refused: readonly (readonly [string, object, object, string])[] = [
    ['no security', {}, {}, 'security: []'],
    ['none by the document: the operation must say it', {}, { security: [] }, 'security: []'],
    ['nothing, where the document asks for nothing', { security: null }, { security: [] }, '"security" must be a list'],
    ['two credentials, one of which says more', { security: [{ staff: ['a'], oauth: [] }] }, {}, 'two credentials'],
    ['what is no list', { security: {} }, {}, '"security" must be a list'],
    ['what is no alternative', { security: ['key'] }, {}, 'is an object'],
    ['a scheme that is not there', { security: [{ toString: [] }] }, {}, '"toString"'],
    ['scopes that are no list', { security: [{ oauth: 'a' }] }, {}, 'list of scopes'],
    ['a scheme without an authenticator', { security: [{ basic: [] }] }, {}, 'http basic'],
    ['two credentials', { security: [{ key: [], oauth: [] }] }, {}, 'two credentials'],
  ]
  for (const [title, operation, top, word] of refused) {
    test(title, () => assertRefusedOption(() => ask(operation, {}, top), 'api.yaml', word))
  }
})
