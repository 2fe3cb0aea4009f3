import { isCompactJws } from '../authenticate/jwt/compact-jws.ts'
import type { IssuerOptions } from '../authenticate/jwt/issuer.ts'
import { issuersOf } from '../authenticate/jwt/issuers.ts'
import type { IssuerResolver } from '../authenticate/jwt/resolved-issuers.ts'
import { JwtVerifier } from '../authenticate/jwt/verifier.ts'
import { withDeadline } from '../deadline.ts'
import type { Awaitable } from '../effects.ts'
import { DependencyError } from '../errors.ts'
import { emptyAnswer } from '../json-answer.ts'
import { assertFunction, assertKnownKeys } from '../options.ts'
import type { Principal } from '../principal.ts'
import type { Answer } from '../problem.ts'
import type { Revocation, RevocationList } from '../store/revocation-list.ts'
import { EFFECT_OPTIONS, type EffectOptions, effectsOf } from './effects-of.ts'
import type { Form } from './form.ts'
import { formProblem, oauthError } from './oauth-error.ts'
import { rememberedOutcomes } from './outcomes.ts'
import { assertRevocationList, MAX_TOLERANCE_SECONDS, publish, record } from './record.ts'

export interface RevocationEndpointOptions extends EffectOptions {
  /** Whose tokens it revokes: the same as those of the boundary's authenticator. */
  readonly issuers: readonly IssuerOptions[] | IssuerResolver
  readonly revocations: RevocationList
  /**
   * Whether a caller may revoke a token. By default a client may revoke what the same issuer has issued to it, and a user
   * only what is also about that user. Anything but `true` is no.
   */
  readonly mayRevoke?: (caller: Principal, token: Principal) => Awaitable<boolean>
}

const FACTORY = 'revocationEndpoint'
const MAY_REVOKE_DEADLINE_MS = 3_000

export interface TokenRevocation {
  /** @throws DependencyError when it cannot be told what the token is, or the list fails: that is 503 */
  revoke(form: Form | undefined, caller: Principal): Promise<Answer>
}

/**
 * Token revocation by the client that holds the token: RFC 7009, for JWTs.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function tokenRevocation(options: RevocationEndpointOptions): TokenRevocation {
  assertKnownKeys(FACTORY, options, ['issuers', 'revocations', 'mayRevoke', ...EFFECT_OPTIONS])
  const { revocations, mayRevoke = isIssuedTo } = options
  assertRevocationList(FACTORY, revocations)
  assertFunction(FACTORY, 'mayRevoke', mayRevoke)
  const effects = effectsOf(FACTORY, options)
  const issuers = issuersOf(FACTORY, options.issuers, effects)
  const once = rememberedOutcomes<void>(MAX_REMEMBERED)
  // Nothing is remembered of what was verified: mostly, a token comes here once.
  const verifier = new JwtVerifier({ issuers, cacheTtlSeconds: 0, now: effects.now })

  return {
    async revoke(form, caller) {
      if (!form) return formProblem(400)
      const token = form.get('token')
      if (!token) return oauthError('invalid_request', '"token" is missing')
      // What is no JWT may well be a good token, only not one that is ended here: 200 would be believed (RFC 7009 §2.2.1).
      if (!isCompactJws(token)) return oauthError('unsupported_token_type', 'only JWT access tokens are revoked here')
      const answer = await verifier.verify(token, () => undefined)
      if (answer.outcome === 'rejected' && NOT_YET.includes(answer.error.reason)) {
        throw new DependencyError('token revocation', 'the token is not valid yet, and may be later')
      }
      if (answer.outcome !== 'authenticated') return emptyAnswer(200)
      const { principal } = answer
      const allowed = await withDeadline('revocation rule', MAY_REVOKE_DEADLINE_MS, mayRevoke(caller, principal))
      if (allowed !== true) return oauthError('invalid_grant', 'the token was issued to another client')
      const revocation = revocationOf(principal)
      if (!revocation) return oauthError('unsupported_token_type', 'the token has no jti by which it could be revoked')
      const { issuer, tokenId, expiresAt } = revocation
      await once([issuer, tokenId, expiresAt], async () => {
        await record(revocations, [revocation])
        publish('client', [revocation], { actor: `${caller.kind}:${caller.subject}`, now: effects.now })
      }).outcome
      return emptyAnswer(200)
    },
  }
}

/** Why the verifier refuses a token that it would take later: 200 would say that it needs no end. */
const NOT_YET: readonly string[] = ['not yet valid', 'issued in the future']

/** A revoked token can be sent again and again, and a store keeps whatever is appended. */
const MAX_REMEMBERED = 100_000

/** A client id means something at its issuer only, and a caller without an issuer, such as an API key, has none there. */
function isIssuedTo(caller: Principal, token: Principal): boolean {
  if (caller.issuer === undefined || caller.issuer !== token.issuer) return false
  if (caller.clientId === undefined || caller.clientId !== token.clientId) return false
  return (
    caller.kind === 'client' || (caller.kind === 'user' && token.kind === 'user' && caller.subject === token.subject)
  )
}

type TokenRevoked = Revocation & { readonly kind: 'token' }

/** A token without `jti` could only be ended along with others: those of its subject, or of its client. */
function revocationOf({ credentialId, issuer, expiresAt }: Principal): TokenRevoked | undefined {
  if (credentialId === undefined || issuer === undefined || expiresAt === undefined) return undefined
  return { kind: 'token', tokenId: credentialId, issuer, expiresAt: expiresAt + MAX_TOLERANCE_SECONDS }
}
