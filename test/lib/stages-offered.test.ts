import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import { anonymous } from '../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import { introspectionAuthenticator } from '../../lib/authenticate/introspection.ts'
import type { Requirements } from '../../lib/authorize/requirements.ts'
import { createStages } from '../../lib/stages.ts'
import { memoryKeyStore } from '../../lib/store/memory.ts'
import { AUDIENCE, ISSUER } from '../support/access-token.ts'
import { serverOptions } from '../support/introspection-settings.ts'
import { assertRefusedOption } from '../support/refused-option.ts'
import { createSigningKey } from '../support/signing-key.ts'

const keys = apiKeyAuthenticator({ keys: memoryKeyStore([]), environments: ['live'] })
const issuers = [
  { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [createSigningKey('ES256').jwk] } },
] as const
const jwts = accessTokenAuthenticator({ issuers })
const tokens = accessTokenAuthenticator({ issuers, introspection: serverOptions() })
const anyIssuer = accessTokenAuthenticator({ issuers: () => undefined, introspection: serverOptions() })

const boot = (authenticate: Authenticator, asked: Requirements) =>
  createStages({ authenticate, routes: [{ path: '/a', ...asked }] })

/** Where a requirement can stand. */
const PLACES: Readonly<Record<string, (asked: Requirements) => Requirements>> = {
  'in the rule': (asked) => asked,
  'in allOf': (asked) => ({ allOf: [{ roles: ['a'] }, asked] }),
  'in anyOf': (asked) => ({ anyOf: [{ roles: ['a'] }, asked] }),
  'in anyOf of allOf': (asked) => ({ anyOf: [{ roles: ['a'] }, { allOf: [{ roles: ['b'] }, asked] }] }),
}
const DENIED: typeof PLACES = {
  'in not': (asked) => ({ not: asked as object }),
  'in anyOf of not': (asked) => ({ not: { anyOf: [{ roles: ['a'] }, { allOf: [asked as object] }] } }),
}

suite('what nobody can present is refused at boot', () => {
  for (const [place, within] of Object.entries({ ...PLACES, ...DENIED })) {
    test(`a kind of credential, ${place}`, () => {
      const asked = within({ authenticators: ['api_key'] })
      assertRefusedOption(() => boot(anyOf(keys, tokens), asked), 'api_key', 'Did you mean api-key?', 'introspection')
      boot(anyOf(keys, tokens), within({ authenticators: ['api-key'] }))
      assertRefusedOption(() => boot(tokens, within({ authenticators: ['api-key'] })), 'nobody can present', 'api-key')
    })

    test(`an issuer, ${place}`, () => {
      const asked = within({ issuers: [`${ISSUER}/`] })
      assertRefusedOption(() => boot(anyOf(keys, jwts), asked), `"${ISSUER}/"`, `Did you mean ${ISSUER}?`)
      boot(jwts, within({ issuers: [ISSUER] }))
      boot(anyOf(keys, anyIssuer), asked)
    })
  }

  for (const [place, within] of Object.entries(PLACES)) {
    test(`a certificate, ${place}`, () => {
      assertRefusedOption(() => boot(anyOf(keys, anonymous()), within({ certificate: true })), '"certificate"')
      boot(anyOf(keys, jwts), within({ certificate: true }))
    })

    test(`a fresh answer of a server, ${place}`, () => {
      const asked = within({ freshIntrospection: true })
      assertRefusedOption(() => boot(anyOf(keys, jwts), asked), '"freshIntrospection"', '"* /a"')
      for (const authenticate of [tokens, anyOf(keys, tokens), introspectionAuthenticator(serverOptions())]) {
        boot(authenticate, asked)
      }
    })
  }
})

test('the error names the rule', () => {
  assertRefusedOption(
    () => boot(keys, { authenticators: ['apikey'] }),
    'routes: "* /a" "authenticators" holds "apikey"',
  )
})

test('a fresh answer is no fact that could be denied, and not asked for where nobody is asked who they are', () => {
  const not = { freshIntrospection: true } as object
  assertRefusedOption(() => boot(tokens, { not }), '"not" holds "freshIntrospection"')
  for (const who of [{ public: true }, { anonymous: true }] as const) {
    const routes = [{ path: '/a', freshIntrospection: true, ...who }] as const
    assertRefusedOption(() => createStages({ authenticate: tokens, routes }), 'asks for more')
  }
})

test('a rule says whether it wants a fresh answer, wherever it does', () => {
  for (const [place, within] of Object.entries(PLACES)) {
    const freshly = (asked: Requirements) =>
      boot(tokens, within(asked)).match({ segments: ['a'], method: 'GET', host: '' } as never)?.asksFreshly
    assert.equal(freshly({ freshIntrospection: true }), true, place)
    assert.equal(freshly({ roles: ['c'] }), false, place)
  }
})
