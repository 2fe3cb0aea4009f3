import { emptyAnswer, jsonAnswer } from '../../json-answer.ts'
import { assertFunction, assertKnownKeys, assertStrings, invalidOption } from '../../options.ts'
import type { Answer } from '../../problem.ts'
import type { ReplayStore } from '../../store/replay-store.ts'
import type { RevocationList } from '../../store/revocation-list.ts'
import { rarely } from '../../warning.ts'
import { EFFECT_OPTIONS, type EffectOptions, effectsOf } from '../effects-of.ts'
import { assertReplayStore, onceOnly } from '../once-only.ts'
import { assertRevocationList, keepForSeconds, publish, record } from '../record.ts'
import { byIssuer, claimProblem, namedIssuer, type SignatureProblem, verifySignature } from '../signed-token.ts'
import { revocationsOf } from './security-event.ts'
import type { MapSubject } from './subject.ts'
import { createTransmitter, type TransmitterOptions } from './transmitter.ts'

export interface SecurityEventReceiverOptions extends EffectOptions {
  readonly transmitters: readonly TransmitterOptions[]
  readonly revocations: RevocationList
  /** Tells a token that comes again. */
  readonly replays: ReplayStore
  /**
   * Whose tokens a subject stands for, when it is named neither by `iss_sub` nor by an opaque id: by email, by phone
   * number … Without it, such events are refused.
   */
  readonly mapSubject?: MapSubject
  /** Further event types (URIs) that end all tokens about their subject. */
  readonly alsoRevokeOn?: readonly string[]
  /** How long access tokens live at most: so long a revocation is kept. Default 86,400. */
  readonly maxTokenLifetimeSeconds?: number
}

const FACTORY = 'securityEventReceiver'
const OPTIONS = ['transmitters', 'revocations', 'replays', 'mapSubject', 'alsoRevokeOn', 'maxTokenLifetimeSeconds']

export interface SecurityEventDelivery {
  /** The body: one compact JWS. */
  readonly token: string
  /** The `Authorization` header. */
  readonly authorization: string | undefined
}

export interface EventReceiver {
  /** @throws DependencyError when keys, list, replay store or mapping fail: that is 503 */
  receive(delivery: SecurityEventDelivery): Promise<Answer>
}

/**
 * Security Event Tokens (RFC 8417) by push (RFC 8935): CAEP and RISC events that end sessions and tokens.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function eventReceiver(options: SecurityEventReceiverOptions): EventReceiver {
  assertKnownKeys(FACTORY, options, [...OPTIONS, ...EFFECT_OPTIONS])
  const { revocations, replays, mapSubject, alsoRevokeOn } = options
  assertRevocationList(FACTORY, revocations)
  assertReplayStore(FACTORY, replays)
  if (mapSubject !== undefined) assertFunction(FACTORY, 'mapSubject', mapSubject)
  if (alsoRevokeOn !== undefined) assertStrings(FACTORY, 'alsoRevokeOn', alsoRevokeOn)
  const keepFor = keepForSeconds(FACTORY, options.maxTokenLifetimeSeconds)
  const effects = effectsOf(FACTORY, options)
  const once = onceOnly(replays)
  if (!Array.isArray(options.transmitters)) throw invalidOption(FACTORY, '"transmitters" must be a list')
  const list = options.transmitters.map((each: TransmitterOptions) => createTransmitter(FACTORY, each, effects))
  const transmitters = byIssuer(FACTORY, 'transmitters', list)
  const shared = {
    mapSubject,
    alsoRevokeOn: new Set(alsoRevokeOn),
    keepForSeconds: keepFor,
    warn: rarely(effects.warn, effects.now),
  }

  return {
    async receive({ token, authorization }) {
      const transmitter = transmitters.get(namedIssuer(token) as string)
      if (!transmitter) return eventError('invalid_issuer', 'the issuer is not known here')
      if (!transmitter.isAuthorized(authorization)) {
        return eventError('authentication_failed', 'the Authorization header is not the one that was agreed on')
      }
      const { issuer, subjectIssuer } = transmitter
      const signed = await verifySignature(token, issuer)
      if (typeof signed === 'string') return SIGNATURE_ERRORS[signed]
      const { claims, header } = signed
      const now = effects.now()
      if (header.type !== 'secevent+jwt') return invalid('typ must be secevent+jwt')
      const problem = claimProblem(claims, issuer, now)
      if (problem === 'audience') return eventError('invalid_audience', 'the audience is another')
      if (problem) return invalid(problem)
      const { issuer: name, clockToleranceSeconds } = issuer.rules
      const found = await revocationsOf(claims, { ...shared, transmitter: name, subjectIssuer }, now)
      if (typeof found === 'string') return invalid(found)
      const { jti, exp = 0 } = claims as { readonly jti: string; readonly exp?: number }
      const claimedUntil = Math.max(now + keepFor, exp + clockToleranceSeconds)
      const isFirst = await once({ kind: 'security-event', issuer: name, jti }, claimedUntil, () =>
        record(revocations, found),
      )
      if (isFirst) publish('security-event', found, { actor: name, now: effects.now })
      // Also when it was here before: a transmitter sends again what it has no answer for (RFC 8935 §2).
      return emptyAnswer(202)
    },
  }
}

type EventErrorCode =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'

/** RFC 8935 §2.3, §2.4. */
export function eventError(err: EventErrorCode, description: string, status: 400 | 413 | 415 = 400): Answer {
  return jsonAnswer(status, { err, description }, { 'content-language': 'en' })
}

function invalid(problem: string): Answer {
  return eventError('invalid_request', `the security event token is refused: ${problem}`)
}

const SIGNATURE_ERRORS: Readonly<Record<SignatureProblem, Answer>> = {
  malformed: invalid('it is no signed JWT'),
  issuer: eventError('invalid_issuer', 'the issuer is another'),
  algorithm: eventError('invalid_key', 'the algorithm is not accepted'),
  key: eventError('invalid_key', 'the key is not known'),
  signature: eventError('invalid_key', 'the signature is not right'),
}
