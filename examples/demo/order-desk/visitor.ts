import type { CgiEnvironment } from './cgi-environment.ts'

/** Who OrderDesk believes is asking. It checks nothing: it was written for a network where nobody lies. */
export interface Visitor {
  readonly userId: string | undefined
  readonly roles: readonly string[]
  readonly tenantId: string | undefined
}

export function visitorOf(environment: CgiEnvironment): Visitor {
  return {
    userId: environment.HTTP_X_USER_ID,
    roles: (environment.HTTP_X_USER_ROLES ?? '').split(',').filter(Boolean),
    tenantId: environment.HTTP_X_TENANT_ID,
  }
}
