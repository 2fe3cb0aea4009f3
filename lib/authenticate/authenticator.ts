import type { Challenge } from '../challenge.ts'
import type { Awaitable } from '../effects.ts'
import { AuthError, type AuthErrorOptions } from '../errors.ts'
import { type AuthMethod, createPrincipal, type Principal, type PrincipalFields } from '../principal.ts'
import type { RequestView } from '../request-view.ts'

export interface Authenticated {
  readonly outcome: 'authenticated'
  readonly principal: Principal
  /** An authorization server was asked about the credential for this request, and for no other. */
  readonly isIntrospectedNow?: true
}

/** The three answers of an authenticator. */
export type Authentication =
  /** No credential of this kind: the next authenticator may speak. */
  | { readonly outcome: 'absent' }
  /** Presented and bad: nothing else may rescue the request. */
  | { readonly outcome: 'rejected'; readonly error: AuthError }
  | Authenticated

/** Where an authenticator finds its credential. The boundary allows each once, and forwards none of them. */
export interface CredentialSource {
  /** Lower-case header name. */
  readonly header: string
  /** The auth scheme, when the header is `Authorization` or the like: RFC 9110 §11.1. */
  readonly scheme?: string
}

/** Names of issuers; `any` when they are not known at boot. */
export type IssuerNames = readonly string[] | 'any'

/** The issuers of several authenticators together. */
export function allIssuers(parts: readonly Authenticator[]): IssuerNames {
  const names = new Set<string>()
  for (const { issuers } of parts) {
    if (issuers === 'any') return 'any'
    for (const name of issuers) names.add(name)
  }
  return [...names]
}

/** What an authenticator would answer, and what it could not find out without effects. */
export interface Rehearsal {
  readonly answer: Authentication
  /** In words: `whether the signature has been used before`. */
  readonly untold: readonly string[]
}

/** Verifies one kind of credential. A thrown or rejected anything is a failed dependency: 503. */
export interface Authenticator {
  readonly method: AuthMethod
  /** The methods of its principals, when they are others than its own. Rules can ask for these. */
  readonly methods?: readonly AuthMethod[]
  /** Whether it can ask an authorization server about a credential: what rules with `freshIntrospection` need. */
  readonly canIntrospect?: boolean
  /** What a 401 offers for it. */
  readonly challenges: readonly Challenge[]
  /** Every place it reads a credential from, so that none is read that is not also removed. */
  readonly sources: readonly CredentialSource[]
  /** Query parameters in which clients put it by mistake. They are refused with a hint, never read. Lower-case. */
  readonly urlParameters: readonly string[]
  /** The issuers whose subjects it may name. With more than one at a boundary, subjects are qualified. */
  readonly issuers: IssuerNames
  /**
   * For a credential that comes with the connection or a proxy, whatever the client asks: whether there is one. In `anyOf`
   * it speaks when no other credential is presented.
   */
  isPresented?(request: RequestView): boolean
  /** What it is made of, when it combines others. */
  readonly parts?: readonly Authenticator[]
  /**
   * @param freshly whether the route wants an authorization server to be asked now, whatever is remembered. Who cannot ask
   * answers as always; only an answer that says `isIntrospectedNow` is then let through.
   */
  authenticate(request: RequestView, freshly?: boolean): Awaitable<Authentication>
  /**
   * What `authenticate` would answer, without its effects, for `explain()`: it claims nothing, counts nothing and notes
   * nothing. What that leaves open counts as good, and is told. To fill a cache is no effect. Whose `authenticate` has no
   * effects needs none.
   */
  rehearse?(request: RequestView, freshly?: boolean): Awaitable<Rehearsal>
}

/** Those that an authenticator is made of; itself, when it is made of no others. */
export function leavesOf(authenticator: Authenticator): readonly Authenticator[] {
  return authenticator.parts ? authenticator.parts.flatMap(leavesOf) : [authenticator]
}

export const ABSENT: Authentication = Object.freeze({ outcome: 'absent' })

/** The usual rejection: a credential that is presented and bad. */
export function rejected(reason: string, detail?: string): Authentication {
  return rejectedWith(new AuthError('invalid_token', detail === undefined ? { reason } : { reason, detail }))
}

/** A credential that is presented in a malformed or ambiguous way: 400. */
export function malformed(options: AuthErrorOptions): Authentication {
  return rejectedWith(new AuthError('invalid_request', options))
}

export function rejectedWith(error: AuthError): Authentication {
  return { outcome: 'rejected', error }
}

export function authenticated(principal: Principal): Authentication {
  return { outcome: 'authenticated', principal }
}

/** Authenticated, unless the fields make no principal: then the credential is rejected. */
export function authenticatedAs(fields: PrincipalFields): Authentication {
  const principal = createPrincipal(fields)
  return principal instanceof AuthError ? rejectedWith(principal) : authenticated(principal)
}
