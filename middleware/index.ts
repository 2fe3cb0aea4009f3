/** Everything most people need: the middleware, and the library they configure it with. */

export * from '../lib/index.ts'
export { type AuthorizeOptions, authorize, requireRoles, requireScopes, requireStepUp } from './authorize.ts'
export { type Boundary, type BoundaryMiddlewareOptions, boundary } from './boundary.ts'
export type { Middleware, Next } from './connect.ts'
export { type KeyAdminRouterOptions, keyAdminRouter } from './key-admin-router.ts'
export { principalOf } from './principal-of.ts'
export { serveResourceMetadata } from './resource-metadata.ts'
export type { OnError } from './respond.ts'
export { type BoundaryStages, boundaryStages } from './stages.ts'
export { type TlsOptions, tlsOptions } from './tls-options.ts'
export { type TlsReload, type TlsReloadOptions, tlsReload } from './tls-reload.ts'
export { keepRawBody } from './request-body.ts'
