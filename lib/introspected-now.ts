import type { Principal } from './principal.ts'
import type { RequestView } from './request-view.ts'

/** Of a request, whose credential an authorization server was asked about for it, and for no request before. */
const introspected = new WeakMap<RequestView, Principal>()

export function noteIntrospectedNow(request: RequestView, principal: Principal): void {
  introspected.set(request, principal)
}

/** Whether the principal stands on an answer that was given for this very request. */
export function isIntrospectedNow(request: RequestView, principal: Principal): boolean {
  return introspected.get(request) === principal
}
