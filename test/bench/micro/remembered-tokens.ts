import { type Authenticator, introspectionAuthenticator, jwtAuthenticator } from 'gatewarden'
import { accessTokenClaims } from '../access-tokens.ts'
import { TURNS } from '../loads.ts'
import { authenticateStage } from './authenticate-stage.ts'
import type { Stage } from './clock.ts'
import type { Credential } from './requests.ts'
import type { MicroContext } from './stages.ts'

/** Tokens that have been judged before, by their signature or by a server: what is remembered costs the same. */
export async function rememberedTokenStages(
  context: Pick<MicroContext, 'issuer' | 'audience' | 'jwks' | 'tokens'>,
): Promise<readonly Stage[]> {
  const { issuer, audience, jwks } = context
  const tokens = context.tokens.slice(0, TURNS)
  const bearer = (index: number): Credential => ['Authorization', `Bearer ${tokens[index % TURNS]}`]
  const jwt = jwtAuthenticator({ issuer, audience, keys: jwks, algorithms: ['RS256'] })
  const opaque = introspectionAuthenticator({
    endpoint: `${issuer}/introspect`,
    issuer,
    audience,
    client: { method: 'basic', clientId: 'gateway', clientSecret: 'a secret of the benchmark only' },
    fetch: async () => Response.json({ active: true, token_type: 'Bearer', ...accessTokenClaims(issuer) }),
    cacheTtlSeconds: 3_600,
  })
  await rememberAll(opaque, bearer)
  return [
    authenticateStage('authenticate: JWTs by turns', jwt, (index) => [bearer(index)]),
    authenticateStage('authenticate: opaque by turns', opaque, (index) => [bearer(index)]),
    authenticateStage('authenticate: the same opaque', opaque, () => [bearer(0)]),
  ]
}

/** Asked about once, they are known: the stages must not wait for anything. */
async function rememberAll(authenticator: Authenticator, bearer: (index: number) => Credential): Promise<void> {
  const { prepare, run } = authenticateStage('', authenticator, (index) => [bearer(index)])
  for (let index = 0; index < TURNS; index++) await run(prepare(index) as never)
}
