import type { RequestHandler } from 'express'
import { ORDER_SCOPE } from './order.ts'

/** A middleware around a library that has none: the claims of a bearer token, and the scope among them. */
export function bearerCheck(verify: (token: string) => Promise<object>): RequestHandler {
  return async (request, response, next) => {
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ')
    const claims: { readonly scope?: unknown } = await verify(scheme === 'Bearer' ? token : '').catch(() => ({}))
    const scope = String(claims.scope)
    if (scope.split(' ').includes(ORDER_SCOPE)) next()
    else response.sendStatus(403)
  }
}
