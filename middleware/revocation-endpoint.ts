import type { IncomingMessage, ServerResponse } from 'node:http'
import { ALLOW, type Policy } from '../lib/authorize/policy.ts'
import { formProblem } from '../lib/revoke/oauth-error.ts'
import { type RevocationEndpointOptions, tokenRevocation } from '../lib/revoke/token-revocation.ts'
import { authorize } from './authorize.ts'
import type { Middleware, Next } from './connect.ts'
import { readFormBody, servePost } from './post-endpoint.ts'
import { principalOf } from './principal-of.ts'

const MAX_BODY_BYTES = 16_384
/** Whoever the boundary let through; which tokens are theirs is decided by the token. */
const ANYBODY_KNOWN: Policy = { name: 'caller of the revocation endpoint', decide: () => ALLOW }

/**
 * Token revocation by clients, as RFC 7009 has it, for use behind `boundary()`, which authenticates them:
 * `POST token=…`. It ends JWT access tokens by their `jti`, each client only its own.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function revocationEndpoint(options: RevocationEndpointOptions): Middleware {
  const revocation = tokenRevocation(options)
  const guard = authorize(ANYBODY_KNOWN)

  return function revocationEndpointMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    guard(request, response, (error) => {
      const caller = principalOf(request)
      if (error !== undefined || !caller) {
        next(error ?? new Error('gatewarden: revocationEndpoint() found no principal'))
        return
      }
      servePost(request, response, async () => {
        const body = await readFormBody(request, MAX_BODY_BYTES)
        return 'status' in body ? formProblem(body.status) : revocation.revoke(body.form, caller)
      })
    })
  }
}
