import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { after } from 'node:test'
import type { GatewayConfig } from '../../examples/gateway/config.ts'
import { type Gateway, startGateway } from '../../examples/gateway/gateway.ts'
import type { JwsAlgorithm } from '../../lib/authenticate/jwt/algorithms.ts'
import { accessTokenClaims } from './access-token.ts'
import { addedKey } from './added-key.ts'
import { type RecordingUpstream, recordingUpstream } from './recording-upstream.ts'
import { serve } from './serve.ts'
import { createSigningKey, type SigningKey } from './signing-key.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The example gateway, as people copy it, with a recording upstream behind and a real issuer beside it. */
export interface AttackedGateway extends Pick<Gateway, 'metricsUrl' | 'reloadRoutes'> {
  readonly port: number
  readonly upstream: RecordingUpstream
  /** Of a client, with scopes for orders and no role. */
  readonly apiKey: string
  /** Where API keys are kept. */
  readonly keyStoreFile: string
  readonly issuer: string
  readonly signingKey: SigningKey
  /** The claims of a good access token of the issuer, changed as a test wants them. */
  claims(changes?: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** An access token of the issuer with these changes to its claims. */
  token(changes?: Readonly<Record<string, unknown>>): string
  /** How often the issuer's keys have been fetched. */
  keySetFetches(): number
}

export interface AttackedGatewayOptions {
  /** What the issuer signs with: `ES256` or `RS256`. */
  readonly algorithm?: JwsAlgorithm
  readonly trustedProxies?: readonly string[]
  /** Further settings of the gateway. */
  readonly config?: Partial<GatewayConfig>
  /** How the upstream answers. */
  readonly upstreamAnswer?: (response: ServerResponse) => void
}

const AUDIENCE = 'https://api.example.test'

export async function attackedGateway(options: AttackedGatewayOptions = {}): Promise<AttackedGateway> {
  const upstream = await recordingUpstream(options.upstreamAnswer)
  const signingKey = createSigningKey(options.algorithm ?? 'ES256')
  const { issuer, keySetFetches } = await serveIssuer(signingKey.jwk)
  const keyStoreFile = join(temporaryFolder(), 'keys.sqlite')
  const apiKey = await addedKey(keyStoreFile, { scopes: ['read:orders', 'write:orders'] })
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    upstreamUrl: upstream.url,
    upstreamTimeoutMs: 5_000,
    issuer,
    audience: AUDIENCE,
    keyStoreFile,
    hosts: ['127.0.0.1', 'localhost', '[::1]'],
    trustedProxies: options.trustedProxies ?? [],
    ...options.config,
  })
  after(() => gateway.close())
  const claims = (changes: Readonly<Record<string, unknown>> = {}) => {
    const now = Math.floor(Date.now() / 1000)
    return accessTokenClaims({ iss: issuer, aud: AUDIENCE, iat: now - 10, exp: now + 300, ...changes })
  }
  const token = (changes?: Readonly<Record<string, unknown>>) => signingKey.sign(claims(changes))
  return {
    port: Number(new URL(gateway.url).port),
    ...{ metricsUrl: gateway.metricsUrl, reloadRoutes: gateway.reloadRoutes },
    ...{ upstream, apiKey, keyStoreFile, issuer, signingKey, claims, token, keySetFetches },
  }
}

async function serveIssuer(jwk: object): Promise<Pick<AttackedGateway, 'issuer' | 'keySetFetches'>> {
  let issuer = ''
  let fetches = 0
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    const isKeys = request.url === '/jwks'
    if (isKeys) fetches++
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` }))
  })
  issuer = `http://127.0.0.1:${await serve(server)}`
  return { issuer, keySetFetches: () => fetches }
}
