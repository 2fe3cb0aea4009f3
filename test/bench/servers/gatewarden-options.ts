import type { ClaimMapping, RouteRule } from 'gatewarden'
import { ORDER_SCOPE } from './order.ts'

export const ORDER_ROUTES: readonly RouteRule[] = [{ path: '/orders/**', methods: ['GET'], scopes: [ORDER_SCOPE] }]

export const TOKEN_CLAIMS: ClaimMapping = { roles: 'roles', tenantId: 'tenant_id', email: 'email' }
