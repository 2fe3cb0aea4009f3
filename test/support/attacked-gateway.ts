import { createServer } from 'node:http'
import { join } from 'node:path'
import { after } from 'node:test'
import { startGateway } from '../../examples/gateway/gateway.ts'
import { accessTokenClaims } from './access-token.ts'
import { addedKey } from './added-key.ts'
import { type RecordingUpstream, recordingUpstream } from './recording-upstream.ts'
import { serve } from './serve.ts'
import { createSigningKey } from './signing-key.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The example gateway, as people copy it, with a recording upstream behind and a real issuer beside it. */
export interface AttackedGateway {
  readonly port: number
  readonly upstream: RecordingUpstream
  /** Of a client, with scopes for orders and no role. */
  readonly apiKey: string
  /** An access token of the issuer with these changes to its claims. */
  token(changes?: Readonly<Record<string, unknown>>): string
}

const AUDIENCE = 'https://api.example.test'

export async function attackedGateway(): Promise<AttackedGateway> {
  const upstream = await recordingUpstream()
  const key = createSigningKey('ES256')
  const issuer = await serveIssuer(key.jwk)
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
    trustedProxies: [],
  })
  after(() => gateway.close())
  const token = (changes: Readonly<Record<string, unknown>> = {}) => {
    const now = Math.floor(Date.now() / 1000)
    return key.sign(accessTokenClaims({ iss: issuer, aud: AUDIENCE, iat: now - 10, exp: now + 300, ...changes }))
  }
  return { port: Number(new URL(gateway.url).port), upstream, apiKey, token }
}

async function serveIssuer(jwk: object): Promise<string> {
  let issuer = ''
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    const isKeys = request.url === '/jwks'
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` }))
  })
  issuer = `http://127.0.0.1:${await serve(server)}`
  return issuer
}
