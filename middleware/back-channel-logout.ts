import type { IncomingMessage, ServerResponse } from 'node:http'
import { type BackChannelLogoutOptions, logoutReceiver } from '../lib/revoke/logout/logout-receiver.ts'
import { formProblem } from '../lib/revoke/oauth-error.ts'
import type { Middleware } from './connect.ts'
import { readFormBody, servePost } from './post-endpoint.ts'

const MAX_BODY_BYTES = 16_384

/**
 * OpenID Connect Back-Channel Logout 1.0: `POST logout_token=…`, from OpenID providers. The token's signature says who
 * sends it, so it stands before the boundary, or on a public route of it.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function backChannelLogout(options: BackChannelLogoutOptions): Middleware {
  const receiver = logoutReceiver(options)

  return function backChannelLogoutMiddleware(request: IncomingMessage, response: ServerResponse): void {
    servePost(request, response, async () => {
      const body = await readFormBody(request, MAX_BODY_BYTES)
      return 'status' in body ? formProblem(body.status) : receiver.receive(body.form)
    })
  }
}
