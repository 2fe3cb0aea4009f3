import { createIssuer, type Issuer } from '../../authenticate/jwt/issuer.ts'
import type { IssuerEffects } from '../../authenticate/jwt/issuer-keys.ts'
import { emptyAnswer } from '../../json-answer.ts'
import { assertBoolean, assertKnownKeys, invalidOption } from '../../options.ts'
import type { Answer } from '../../problem.ts'
import type { ReplayStore } from '../../store/replay-store.ts'
import type { RevocationList } from '../../store/revocation-list.ts'
import { EFFECT_OPTIONS, type EffectOptions, effectsOf } from '../effects-of.ts'
import type { Form } from '../form.ts'
import { formProblem, oauthError } from '../oauth-error.ts'
import { assertReplayStore, onceOnly } from '../once-only.ts'
import { assertRevocationList, keepForSeconds, publish, record } from '../record.ts'
import {
  byIssuer,
  claimProblem,
  namedIssuer,
  SIGNER_OPTIONS,
  type SignerOptions,
  verifySignature,
} from '../signed-token.ts'
import { type LogoutRules, logoutProblem, logoutRevocation } from './logout-token.ts'

/** An OpenID provider that says when somebody logs out. `audience` is the id of the client that is registered there. */
export interface LogoutIssuerOptions extends SignerOptions {
  /**
   * Whether the access tokens of this issuer hold `sid`. With `false`, a logout ends all tokens about its subject that
   * were issued before: the session alone would match none. Default true.
   */
  readonly tokensHaveSid?: boolean
  /** Take logout tokens without `typ`, or with `JWT`, as older providers send them. Default false: `logout+jwt` only. */
  readonly allowUntyped?: boolean
}

export interface BackChannelLogoutOptions extends EffectOptions {
  readonly issuers: readonly LogoutIssuerOptions[]
  readonly revocations: RevocationList
  /** Takes each logout token once. */
  readonly replays: ReplayStore
  /** How long the access tokens of these issuers live at most: so long a logout is kept. Default 86,400. */
  readonly maxTokenLifetimeSeconds?: number
}

const FACTORY = 'backChannelLogout'

export interface LogoutReceiver {
  /** @throws DependencyError when keys, list or replay store fail: that is 503 */
  receive(form: Form | undefined): Promise<Answer>
}

interface Provider {
  readonly issuer: Issuer
  readonly rules: LogoutRules
}

/**
 * OpenID Connect Back-Channel Logout 1.0, at the resource server: what a provider says is over, is over here.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function logoutReceiver(options: BackChannelLogoutOptions): LogoutReceiver {
  const known = ['issuers', 'revocations', 'replays', 'maxTokenLifetimeSeconds', ...EFFECT_OPTIONS]
  assertKnownKeys(FACTORY, options, known)
  const { revocations, replays } = options
  assertRevocationList(FACTORY, revocations)
  assertReplayStore(FACTORY, replays)
  const keepFor = keepForSeconds(FACTORY, options.maxTokenLifetimeSeconds)
  const effects = effectsOf(FACTORY, options)
  const once = onceOnly(replays)
  if (!Array.isArray(options.issuers)) throw invalidOption(FACTORY, '"issuers" must be a list')
  const providers = byIssuer(
    FACTORY,
    'issuers',
    options.issuers.map((each: LogoutIssuerOptions) => createProvider(each, keepFor, effects)),
  )

  return {
    async receive(form) {
      if (!form) return formProblem(400)
      const token = form.get('logout_token')
      if (!token) return refused('it is missing')
      const provider = providers.get(namedIssuer(token) as string)
      if (!provider) return refused('issuer')
      const signed = await verifySignature(token, provider.issuer)
      if (typeof signed === 'string') return refused(signed)
      const now = effects.now()
      const { rules } = provider
      const problem = claimProblem(signed.claims, provider.issuer, now) ?? logoutProblem(signed, rules)
      if (problem) return refused(problem)
      const revocation = logoutRevocation(signed.claims, rules, now)
      const { jti, exp } = signed.claims as { readonly jti: string; readonly exp: number }
      const claimedUntil = exp + provider.issuer.rules.clockToleranceSeconds
      const isFirst = await once({ kind: 'logout', issuer: rules.issuer, jti }, claimedUntil, () =>
        record(revocations, [revocation]),
      )
      if (!isFirst) return refused('it was here before')
      publish('logout', [revocation], { actor: rules.issuer, now: effects.now })
      return emptyAnswer(200)
    },
  }
}

function createProvider(options: LogoutIssuerOptions, keepFor: number, effects: IssuerEffects): Provider {
  const name = `${FACTORY}.issuers`
  assertKnownKeys(name, options, [...SIGNER_OPTIONS, 'tokensHaveSid', 'allowUntyped'])
  const { tokensHaveSid = true, allowUntyped = false, ...signer } = options
  assertBoolean(name, 'tokensHaveSid', tokensHaveSid)
  assertBoolean(name, 'allowUntyped', allowUntyped)
  const issuer = createIssuer(name, signer, effects)
  return { issuer, rules: { issuer: issuer.rules.issuer, tokensHaveSid, allowUntyped, keepForSeconds: keepFor } }
}

/** Back-Channel Logout 1.0 §2.8. The word says what of it is wrong, and repeats nothing. */
function refused(problem: string): Answer {
  return oauthError('invalid_request', `the logout token is refused: ${problem}`)
}
