const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/'

/**
 * What an event ends: the session that its subject names, or all tokens about its subject; or nothing, because it tells
 * of something else.
 */
export type Effect = 'session' | 'subject' | 'none'

export const SESSION_REVOKED: string = `${CAEP}session-revoked`
const CREDENTIAL_CHANGE = `${CAEP}credential-change`

const EFFECTS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  [SESSION_REVOKED, 'session'],
  [CREDENTIAL_CHANGE, 'subject'],
  [`${RISC}account-disabled`, 'subject'],
  [`${RISC}account-purged`, 'subject'],
  [`${RISC}sessions-revoked`, 'subject'],
  ...[
    ...['token-claims-change', 'assurance-level-change', 'device-compliance-change'].map((name) => CAEP + name),
    ...['session-established', 'session-presented', 'risk-level-change'].map((name) => CAEP + name),
    ...['account-enabled', 'account-credential-change-required', 'credential-compromise'].map((name) => RISC + name),
    ...['identifier-changed', 'identifier-recycled', 'recovery-activated'].map((name) => RISC + name),
    ...['recovery-information-changed', 'opt-in', 'opt-out-initiated', 'opt-out-cancelled'].map((name) => RISC + name),
    ...['opt-out-effective'].map((name) => RISC + name),
    ...['verification', 'stream-updated'].map((name) => SSF + name),
  ].map((type) => [type, 'none'] as const),
])

/**
 * What an event asks for; `undefined` when nobody here knows it.
 * @param more event types that end all tokens about their subject, besides those that do so by themselves
 */
export function effectOf(
  type: string,
  event: Readonly<Record<string, unknown>>,
  more: ReadonlySet<string>,
): Effect | undefined {
  if (more.has(type)) return 'subject'
  // Another passkey makes no login bad. What was changed, taken back or deleted may have been stolen: CAEP 1.0 §3.3.
  if (type === CREDENTIAL_CHANGE && event.change_type === 'create') return 'none'
  return EFFECTS.get(type)
}
