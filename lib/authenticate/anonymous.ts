import { createPrincipal, type Principal } from '../principal.ts'
import { type Authenticator, authenticated } from './authenticator.ts'

/**
 * Lets in who presents nothing, as an anonymous principal: an explicit choice, last in `anyOf`. A presented credential
 * that fails is still refused.
 */
export function anonymous(): Authenticator {
  const answer = authenticated(
    createPrincipal({ kind: 'anonymous', subject: 'anonymous', method: 'anonymous' }) as Principal,
  )
  return {
    method: 'anonymous',
    challenges: [],
    sources: [],
    urlParameters: [],
    issuers: [],
    authenticate: () => answer,
  }
}
