import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { type DpopOptions, dpopVerifier } from '../../lib/authenticate/dpop.ts'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import type { Clock } from '../../lib/effects.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from './access-token.ts'
import { ORIGIN } from './dpop-proof.ts'
import { serve } from './serve.ts'
import type { SigningKey } from './signing-key.ts'

/** A boundary on a port that takes tokens that are bound to a key, and behind it what keeps all that comes through. */
export interface ProofGateway {
  readonly port: number
  /** An access token with these changes to its claims. */
  token(changes?: Readonly<Record<string, unknown>>): string
  /** What has come through since the last time: names and values of its headers in turn. */
  take(): readonly (readonly string[])[]
}

export interface ProofGatewayOptions {
  /** Signs the tokens. */
  readonly issuer: SigningKey
  /** `false` takes no proofs. Otherwise {@link ORIGIN} is where clients find the gateway. */
  readonly dpop?: Partial<DpopOptions> | false
  readonly now?: Clock
  readonly tls?: ServerOptions
}

export async function proofGateway(options: ProofGatewayOptions): Promise<ProofGateway> {
  const { issuer, dpop = {}, now = () => NOW, tls } = options
  let passed: (readonly string[])[] = []
  const gate = boundary({
    authenticate: jwtAuthenticator({
      ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [issuer.jwk] }, now },
      ...(dpop && { dpop: dpopVerifier({ origins: [ORIGIN], now, ...dpop }) }),
    }),
  })
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    gate(request, response, () => {
      passed.push([...request.rawHeaders])
      response.end('served')
    })
  return {
    port: await serve(tls ? createTlsServer(tls, listener) : createServer(listener)),
    token: (changes) => issuer.sign(accessTokenClaims(changes)),
    take() {
      const taken = passed
      passed = []
      return taken
    },
  }
}
