import type { OfferedCredentials } from '../offered-credentials.ts'
import { type Authenticator, leavesOf } from './authenticator.ts'

/** What an authenticator can give, or those that it is made of. */
export function offeredBy(authenticator: Authenticator): OfferedCredentials {
  const leaves = leavesOf(authenticator)
  const { issuers } = authenticator
  return {
    methods: [...new Set(leaves.flatMap(({ method, methods = [method] }) => methods))],
    issuers: issuers === 'any' ? undefined : issuers,
    canIntrospect: leaves.some(({ canIntrospect }) => canIntrospect === true),
  }
}
