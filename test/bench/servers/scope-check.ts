import type { RequestHandler } from 'express'
import { ORDER_SCOPE } from './order.ts'

/** The scope check of an app whose JWT middleware has none. */
export function scopeCheck(payloadOf: (request: object) => unknown): RequestHandler {
  return (request, response, next) => {
    const { scope = '' } = payloadOf(request) as { scope?: string }
    if (scope.split(' ').includes(ORDER_SCOPE)) next()
    else response.sendStatus(403)
  }
}
