import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { protectedResourceMetadata } from '../../lib/protected-resource-metadata.ts'
import { ISSUER } from '../support/access-token.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'

const RESOURCE = 'https://api.example.test/mcp'
const describe = (changes: object = {}) =>
  protectedResourceMetadata(untyped({ resource: RESOURCE, authorizationServers: [ISSUER], ...changes }))

test('what is needed is little', () => {
  assert.deepEqual(describe().document, {
    resource: RESOURCE,
    authorization_servers: [ISSUER],
    bearer_methods_supported: ['header'],
  })
})

test('every option has its member (RFC 9728 section 2)', () => {
  const { document } = describe({
    scopesSupported: ['read:orders'],
    dpopSigningAlgValuesSupported: ['ES256', 'EdDSA'],
    dpopBoundAccessTokensRequired: true,
    tlsClientCertificateBoundAccessTokens: false,
    resourceName: 'Orders',
    resourceDocumentation: 'https://docs.example.test/orders?lang=en',
    resourcePolicyUri: 'https://docs.example.test/policy',
    resourceTosUri: 'https://docs.example.test/terms',
  })
  assert.deepEqual(document, {
    resource: RESOURCE,
    authorization_servers: [ISSUER],
    scopes_supported: ['read:orders'],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA'],
    dpop_bound_access_tokens_required: true,
    tls_client_certificate_bound_access_tokens: false,
    resource_name: 'Orders',
    resource_documentation: 'https://docs.example.test/orders?lang=en',
    resource_policy_uri: 'https://docs.example.test/policy',
    resource_tos_uri: 'https://docs.example.test/terms',
  })
})

suite('the well-known path goes between the host and the path (RFC 9728 section 3.1)', () => {
  const urls: Readonly<Record<string, string>> = {
    'https://api.example.test': 'https://api.example.test/.well-known/oauth-protected-resource',
    'https://api.example.test/': 'https://api.example.test/.well-known/oauth-protected-resource',
    'https://api.example.test:8443': 'https://api.example.test:8443/.well-known/oauth-protected-resource',
    'https://api.example.test/mcp': 'https://api.example.test/.well-known/oauth-protected-resource/mcp',
    'https://api.example.test/a/b/': 'https://api.example.test/.well-known/oauth-protected-resource/a/b/',
    'http://127.0.0.1:3000/mcp': 'http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp',
  }
  for (const [resource, url] of Object.entries(urls)) {
    test(resource, () => {
      const metadata = describe({ resource })
      assert.equal(metadata.url, url)
      assert.equal(metadata.document.resource, resource)
    })
  }
})

test('what is given is copied', () => {
  const authorizationServers = [ISSUER]
  const { document } = describe({ authorizationServers })
  authorizationServers.push('https://evil.example.test')
  assert.deepEqual(document.authorization_servers, [ISSUER])
})

suite('refused', () => {
  const refused: readonly (readonly [object, ...string[]])[] = [
    [{ resource: undefined }, '"resource"', 'https:'],
    [{ resource: 'api.example.test' }, '"resource"'],
    [{ resource: 'urn:api' }, '"resource"'],
    [{ resource: 'http://api.example.test' }, '"resource"', 'https:'],
    [{ resource: 'https://api.example.test/mcp#a' }, '"resource"', 'fragment'],
    [{ resource: 'https://api.example.test/mcp#' }, '"resource"', 'fragment'],
    [{ resource: 'https://user:secret@api.example.test' }, '"resource"', 'credentials'],
    [{ resource: 'https://api.example.test/mcp?tenant=1' }, '"resource"', 'query'],
    [{ resource: 'https://api.example.test/mcp?' }, '"resource"', 'query'],
    [{ resource: 'https://API.example.test/mcp' }, 'spelled "https://api.example.test/mcp"'],
    [{ resource: 'https://api.example.test:443/mcp' }, 'spelled "https://api.example.test/mcp"'],
    [{ resource: 'https://api.example.test/a/../mcp' }, 'spelled "https://api.example.test/mcp"'],
    [{ resource: ' https://api.example.test/mcp' }, 'spelled'],
    [{ resource: ['https://api.example.test'] }, '"resource"'],
    [{ authorizationServers: undefined }, '"authorizationServers"'],
    [{ authorizationServers: [] }, '"authorizationServers"', 'at least one'],
    [{ authorizationServers: ISSUER }, '"authorizationServers"', 'list'],
    [{ authorizationServers: ['http://issuer.example.test'] }, '"authorizationServers"', 'https:'],
    [{ authorizationServers: [`${ISSUER}?a`] }, '"authorizationServers"', 'query'],
    [{ scopesSupported: [] }, '"scopesSupported"'],
    [{ scopesSupported: ['a b'] }, '"scopesSupported"', 'no scope'],
    [{ dpopSigningAlgValuesSupported: [] }, '"dpopSigningAlgValuesSupported"'],
    [{ dpopSigningAlgValuesSupported: ['ES256', 'none'] }, '"dpopSigningAlgValuesSupported"', 'public keys'],
    [{ dpopSigningAlgValuesSupported: ['HS256'] }, '"dpopSigningAlgValuesSupported"', 'public keys'],
    [{ dpopBoundAccessTokensRequired: true }, 'needs "dpopSigningAlgValuesSupported"'],
    [{ dpopBoundAccessTokensRequired: 'yes' }, '"dpopBoundAccessTokensRequired"'],
    [{ tlsClientCertificateBoundAccessTokens: 1 }, '"tlsClientCertificateBoundAccessTokens"'],
    [{ resourceName: '' }, '"resourceName"'],
    [{ resourceDocumentation: 'javascript:alert(1)' }, '"resourceDocumentation"'],
    [{ bearerMethodsSupported: ['query'] }, 'unknown option "bearerMethodsSupported"'],
    [{ scopes: ['a'] }, 'unknown option "scopes"'],
  ]
  for (const [changes, ...words] of refused) {
    test(JSON.stringify(changes), () => {
      assertRefusedOption(() => describe(changes), 'protectedResourceMetadata', ...words)
    })
  }
})
