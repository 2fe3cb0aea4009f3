import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { Principal } from '../../lib/principal.ts'
import { type Boundary, type BoundaryMiddlewareOptions, boundary } from '../../middleware/boundary.ts'
import { headerAuthenticator } from './fake-authenticator.ts'
import { principal } from './outcomes.ts'

/** Credentials of the tests' boundary, sent in `X-API-Key`. */
export const CREDENTIALS: Readonly<Record<'alice' | 'admin' | 'partner', Principal>> = {
  alice: principal({
    subject: 'alice',
    method: 'x-api-key',
    roles: ['editor'],
    scopes: ['read:orders'],
    tenantId: 't1',
  }),
  admin: principal({ subject: 'root', method: 'x-api-key', roles: ['admin'], scopes: ['read:orders', 'write:orders'] }),
  partner: principal({ kind: 'client', subject: 'partner', method: 'x-api-key', scopes: ['read:orders'] }),
}

export const ROUTES: readonly RouteRule[] = [
  { path: '/public/**', public: true },
  { path: '/orders/**', methods: ['GET'], scopes: ['read:orders'] },
  { path: '/orders/**', scopes: ['write:orders'] },
  { path: '/admin/**', roles: ['admin'] },
  { path: '/echo/**', authenticated: true },
]

export function apiBoundary(options: Partial<BoundaryMiddlewareOptions> = {}): Boundary {
  return boundary({ authenticate: headerAuthenticator('x-api-key', CREDENTIALS), routes: ROUTES, ...options })
}
