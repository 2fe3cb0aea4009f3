import type { RequestView } from '../../request-view.ts'
import type { CredentialSource } from '../authenticator.ts'
import { readCredential } from '../credential.ts'

/** RFC 6750 §2.1, and no other place: RFC 9700 §4.3. */
export const BEARER: CredentialSource = { header: 'authorization', scheme: 'Bearer' }
/** A token that is bound to a key, and the proof of having it: RFC 9449 §7.1, §4.1. */
export const DPOP: CredentialSource = { header: 'authorization', scheme: 'DPoP' }
export const DPOP_PROOF: CredentialSource = { header: 'dpop' }

/** RFC 6750 §2.1. Checked only for tokens that are not remembered. */
export const BEARER_TOKEN: RegExp = /^[A-Za-z0-9\-._~+/]+=*$/

export interface PresentedToken {
  readonly token: string
  readonly hasDpopScheme: boolean
}

/** The access token of a request; `undefined` when there is none. */
export function presentedToken(request: RequestView, withDpop: boolean): PresentedToken | undefined {
  const token = readCredential(request, BEARER)
  if (token !== undefined) return { token, hasDpopScheme: false }
  const bound = withDpop ? readCredential(request, DPOP) : undefined
  return bound === undefined ? undefined : { token: bound, hasDpopScheme: true }
}
