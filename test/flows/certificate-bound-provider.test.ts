import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import { suite, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { Configuration } from 'oidc-provider'
import { OPAQUE_AUDIENCE } from '../../examples/demo/authorization-server/configuration.ts'
import { accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import type { Fetch } from '../../lib/effects.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE } from '../support/access-token.ts'
import { testAuthorizationServer } from '../support/authorization-server.ts'
import {
  type Certificate,
  certificateAuthority,
  selfSignedCertificate,
  skipWithoutOpenssl,
} from '../support/certificates.ts'
import { documentedModule } from '../support/documented-module.ts'
import { serve } from '../support/serve.ts'

const certificateOf = ({ socket }: IncomingMessage) => (socket as TLSSocket).getPeerX509Certificate()

/** The server binds every token to the certificate that its client shows: RFC 8705 section 3. */
const bindingAll = (configuration: Configuration): Configuration => ({
  ...configuration,
  clients: (configuration.clients ?? []).map((client) => ({
    ...client,
    tls_client_certificate_bound_access_tokens: (client.grant_types ?? []).length > 0,
  })),
  features: {
    ...configuration.features,
    mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate: ({ req }) => certificateOf(req) },
  } as Configuration['features'],
})

suite('tokens that a real server binds to a certificate', { skip: skipWithoutOpenssl }, async () => {
  const { fetchWithCertificate } = (await documentedModule(
    'docs/authenticators/introspection.md',
    'fetchWithCertificate',
  )) as { fetchWithCertificate: (certificate: Certificate & { readonly ca: string }) => Fetch }
  const authority = await certificateAuthority()
  const serving = await authority.issue('IP:127.0.0.1')
  const ours = await authority.issue('DNS:client.example.test')
  const theirs = await authority.issue('DNS:client.example.test')
  const selfSigned = await selfSignedCertificate('DNS:client.example.test')
  const by = (certificate: Certificate) => fetchWithCertificate({ ...certificate, ca: authority.ca })
  const tls = { ...serving, ca: authority.ca, requestCert: true, rejectUnauthorized: false }
  const server = await testAuthorizationServer({ tls, configure: bindingAll })
  await server.start()
  const { issuer, gateway: client } = server

  const gate = boundary({
    authenticate: accessTokenAuthenticator({
      issuers: [{ issuer, audience: AUDIENCE, algorithms: ['RS256', 'ES256'], proofOfPossession: 'required' }],
      introspection: {
        endpoint: `${issuer}/token/introspection`,
        issuer,
        audience: OPAQUE_AUDIENCE,
        proofOfPossession: 'required',
        client: { method: 'basic', clientId: client.client_id, clientSecret: client.client_secret },
      },
      fetch: by(ours),
    }),
  })
  const port = await serve(createServer(tls, (request, response) => gate(request, response, () => response.end('in'))))

  async function tokenOf(name: 'reader' | 'writer' | 'opaque', certificate: Certificate): Promise<string> {
    const { client_id, client_secret, scope } = server[name]
    const response = await by(certificate)(`${issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
    })
    return ((await response.json()) as { access_token: string }).access_token
  }

  async function statusFor(token: string, certificate: Certificate): Promise<number> {
    const headers = { authorization: `Bearer ${token}` }
    return (await by(certificate)(`https://127.0.0.1:${port}/orders`, { headers })).status
  }

  for (const name of ['reader', 'writer', 'opaque'] as const) {
    test(`${name}: good with its certificate, remembered or not, and with no other`, async () => {
      const token = await tokenOf(name, ours)
      assert.equal(await statusFor(token, theirs), 401)
      assert.equal(await statusFor(token, ours), 200)
      assert.equal(await statusFor(token, ours), 200)
      assert.equal(await statusFor(token, theirs), 401)
      assert.equal(await statusFor(token, selfSigned), 401)
    })
  }

  test('a certificate that nobody has signed is as good: the token names it', async () => {
    const token = await tokenOf('writer', selfSigned)
    assert.deepEqual([await statusFor(token, selfSigned), await statusFor(token, ours)], [200, 401])
  })
})
