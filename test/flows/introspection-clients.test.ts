import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:https'
import { suite, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { ClientMetadata, Configuration, JWK } from 'oidc-provider'
import { OPAQUE_AUDIENCE } from '../../examples/demo/authorization-server/configuration.ts'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import type { ClientAuthentication } from '../../lib/authenticate/introspection/client-authentication.ts'
import { type IntrospectionOptions, introspectionAuthenticator } from '../../lib/authenticate/introspection.ts'
import type { Fetch } from '../../lib/effects.ts'
import { DependencyError } from '../../lib/errors.ts'
import {
  type TestAuthorizationServer,
  type TestAuthorizationServerOptions,
  testAuthorizationServer,
} from '../support/authorization-server.ts'
import {
  type Certificate,
  certificateAuthority,
  selfSignedCertificate,
  skipWithoutOpenssl,
} from '../support/certificates.ts'
import { clientToken } from '../support/client-token.ts'
import { documentedModule } from '../support/documented-module.ts'
import { errorIn, principalIn } from '../support/outcomes.ts'
import { bearer } from '../support/request-view.ts'
import { serve } from '../support/serve.ts'

const ASKER = 'https://gateway.example.test/a:b'
/** Of the letters that a secret may have (RFC 6749 §A.2), those that an encoding changes. */
const SECRET = 'p+q% r&s=t:u/v?w"x-0123456789abcdef'

/** The server with one more client, which may ask about any token. */
const withAsker =
  (metadata: Readonly<Record<string, unknown>>, features: Configuration['features'] = {}) =>
  (configuration: Configuration): Configuration => ({
    ...configuration,
    clientAuthMethods: [
      ...(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const),
      ...(features.mTLS?.enabled ? (['tls_client_auth', 'self_signed_tls_client_auth'] as const) : []),
    ],
    clients: [
      ...(configuration.clients ?? []),
      { client_id: ASKER, grant_types: [], redirect_uris: [], response_types: [], ...metadata } as ClientMetadata,
    ],
    features: {
      ...configuration.features,
      ...features,
      introspection: { enabled: true, allowedPolicy: (_context, client) => client.clientId === ASKER },
    } as Configuration['features'],
  })

async function startedServer(options: TestAuthorizationServerOptions): Promise<TestAuthorizationServer> {
  const server = await testAuthorizationServer(options)
  await server.start()
  return server
}

function asking(
  { issuer }: TestAuthorizationServer,
  client: ClientAuthentication,
  options: Partial<IntrospectionOptions> = {},
): Authenticator {
  return introspectionAuthenticator({
    ...{ endpoint: `${issuer}/token/introspection`, issuer, audience: OPAQUE_AUDIENCE, client, warn: () => undefined },
    ...options,
  })
}

async function assertLetIn(subject: Authenticator, token: string): Promise<void> {
  assert.equal((await principalIn(subject.authenticate(bearer(token)))).subject, 'opaque')
  assert.equal((await errorIn(subject.authenticate(bearer('unknown')))).reason, 'not active')
}

suite('the server knows the gateway', () => {
  for (const method of ['basic', 'post'] as const) {
    test(`by a secret of any letters, ${method}`, async () => {
      const metadata = { client_secret: SECRET, token_endpoint_auth_method: `client_secret_${method}` }
      const server = await startedServer({ configure: withAsker(metadata) })
      const token = await clientToken(server.issuer, server.opaque)
      await assertLetIn(asking(server, { method, clientId: ASKER, clientSecret: SECRET }), token)
      const wrong = asking(server, { method, clientId: ASKER, clientSecret: `${SECRET}x` })
      await assert.rejects(async () => wrong.authenticate(bearer(token)), DependencyError)
    })
  }

  const keys = {
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  }
  for (const algorithm of ['RS256', 'PS256', 'ES256', 'ES512'] as const) {
    test(`by assertions that it has never seen before, ${algorithm}`, async () => {
      const { publicKey, privateKey } = keys[algorithm]
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: algorithm, use: 'sig' } as JWK
      const server = await startedServer({
        configure: (configuration) => ({
          ...withAsker({
            token_endpoint_auth_method: 'private_key_jwt',
            token_endpoint_auth_signing_alg: algorithm,
            jwks: { keys: [jwk] },
          })(configuration),
          enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'ES512'] },
        }),
      })
      const token = await clientToken(server.issuer, server.opaque)
      const client = { method: 'private_key_jwt', clientId: ASKER, privateKey, algorithm, keyId: 'k1' } as const
      // oidc-provider refuses an assertion whose `jti` it has seen: two questions, two assertions.
      await assertLetIn(asking(server, client), token)
      const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      const stranger = asking(server, { ...client, algorithm: 'ES256', privateKey: other })
      await assert.rejects(async () => stranger.authenticate(bearer(token)), DependencyError)
    })
  }
})

suite('the server signs its answers', () => {
  for (const algorithm of ['RS256', 'ES256'] as const) {
    test(`by ${algorithm}, and no others are accepted`, async () => {
      const metadata = { client_secret: SECRET, introspection_signed_response_alg: algorithm }
      const server = await startedServer({ configure: withAsker(metadata, { jwtIntrospection: { enabled: true } }) })
      const token = await clientToken(server.issuer, server.opaque)
      const client = { method: 'basic', clientId: ASKER, clientSecret: SECRET } as const
      await assertLetIn(asking(server, client, { signedAnswers: { algorithms: [algorithm] } }), token)
      const other = asking(server, client, { signedAnswers: { algorithms: ['PS512'] } })
      await assert.rejects(async () => other.authenticate(bearer(token)), /cannot be used: algorithm/)
      await server.rotate(false)
      await assertLetIn(asking(server, client, { signedAnswers: { algorithms: [algorithm] } }), token)
    })
  }

  test('for others only: what comes unsigned is not accepted', async () => {
    const server = await startedServer({ configure: withAsker({ client_secret: SECRET }) })
    const token = await clientToken(server.issuer, server.opaque)
    const client = { method: 'basic', clientId: ASKER, clientSecret: SECRET } as const
    const subject = asking(server, client, { signedAnswers: { algorithms: ['RS256'] } })
    await assert.rejects(async () => subject.authenticate(bearer(token)), /cannot be used: no JWT/)
  })
})

const certificateOf = ({ socket }: IncomingMessage) => (socket as TLSSocket).getPeerX509Certificate()

const MTLS: Configuration['features'] = {
  mTLS: {
    enabled: true,
    tlsClientAuth: true,
    selfSignedTlsClientAuth: true,
    getCertificate: ({ req }) => certificateOf(req),
    certificateAuthorized: ({ req }) => (req.socket as TLSSocket).authorized,
    certificateSubjectMatches: ({ req }, _property, expected) =>
      certificateOf(req)?.subjectAltName === `DNS:${expected}`,
  },
}

suite('the server knows the gateway by the certificate of the connection', { skip: skipWithoutOpenssl }, async () => {
  const { fetchWithCertificate } = (await documentedModule(
    'docs/authenticators/introspection.md',
    'fetchWithCertificate',
  )) as { fetchWithCertificate: (certificate: Certificate & { readonly ca: string }) => Fetch }
  const authority = await certificateAuthority()
  const [serving, ours, theirs] = [
    await authority.issue('IP:127.0.0.1'),
    await authority.issue('DNS:gateway.example.test'),
    await authority.issue('DNS:other.example.test'),
  ]
  const selfSigned = await selfSignedCertificate('DNS:gateway.example.test')
  const client = { method: 'tls', clientId: ASKER } as const
  const tls = { ...serving, ca: authority.ca, requestCert: true, rejectUnauthorized: false }
  const by = (certificate: Certificate) => fetchWithCertificate({ ...certificate, ca: authority.ca })

  /** A token, fetched over the same TLS. */
  async function tokenOf({ issuer, opaque }: TestAuthorizationServer): Promise<string> {
    const response = await by(theirs)(`${issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${opaque.client_id}:${opaque.client_secret}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: opaque.scope }).toString(),
    })
    return ((await response.json()) as { access_token: string }).access_token
  }

  test('that an authority has signed', async () => {
    const metadata = { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'gateway.example.test' }
    const server = await startedServer({ tls, configure: withAsker(metadata, MTLS) })
    const token = await tokenOf(server)
    await assertLetIn(asking(server, client, { fetch: by(ours) }), token)
    for (const wrong of [theirs, selfSigned]) {
      const subject = asking(server, client, { fetch: by(wrong) })
      await assert.rejects(async () => subject.authenticate(bearer(token)), /introspection: answered 401/)
    }
  })

  test('that the gateway has signed itself', async () => {
    const certificate = new X509Certificate(selfSigned.cert)
    const jwk = { ...certificate.publicKey.export({ format: 'jwk' }), x5c: [certificate.raw.toString('base64')] }
    const metadata = { token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [jwk] } }
    const server = await startedServer({ tls, configure: withAsker(metadata, MTLS) })
    const token = await tokenOf(server)
    await assertLetIn(asking(server, client, { fetch: by(selfSigned) }), token)
    const subject = asking(server, client, { fetch: by(ours) })
    await assert.rejects(async () => subject.authenticate(bearer(token)), /introspection: answered 401/)
  })

  test('and the gateway knows the server by its certificate', async () => {
    const metadata = { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'gateway.example.test' }
    const server = await startedServer({ tls, configure: withAsker(metadata, MTLS) })
    const stranger = await certificateAuthority()
    const subject = asking(server, client, { fetch: fetchWithCertificate({ ...ours, ca: stranger.ca }) })
    await assert.rejects(async () => subject.authenticate(bearer('unknown')), DependencyError)
  })

  test('and whatever the server answers over TLS is no access, and ends no process', async () => {
    const odd: Readonly<Record<string, RequestListener>> = {
      'a status that is none': (request) => void request.socket.end('HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}'),
      'no content': (_request, response) => void response.writeHead(204).end(),
      'a redirect': (_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
      'a reset in the middle': (request, response) => {
        response.writeHead(200).write('{"active":', () => request.socket.destroy())
      },
      'a switch of protocols': (request) => void request.socket.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n'),
      silence: () => undefined,
      'silence after the headers': (_request, response) => response.flushHeaders(),
      'more than anybody reads': (_request, response) => {
        const more = (): void => void (response.destroyed || response.write(' '.repeat(65_536), more))
        more()
      },
    }
    let answer: RequestListener = () => undefined
    const asked: (string | undefined)[] = []
    const port = await serve(
      createServer({ ...tls, rejectUnauthorized: true }, (request, response) => {
        asked.push(request.url)
        answer(request, response)
      }),
    )
    const endpoint = `https://127.0.0.1:${port}/introspect`
    const issuer = 'https://issuer.example.test'
    for (const [name, listener] of Object.entries(odd)) {
      answer = listener
      const options = { endpoint, issuer, audience: OPAQUE_AUDIENCE, client, fetch: by(ours), deadlineMs: 2_000 }
      await assert.rejects(
        async () => introspectionAuthenticator(options).authenticate(bearer(name.replaceAll(' ', '-'))),
        {
          name: 'DependencyError',
        },
      )
    }
    assert.deepEqual(asked, Object.keys(odd).fill('/introspect'))
  })
})
