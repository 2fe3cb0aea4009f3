import { NOW } from './access-token.ts'

export const TRANSMITTER = 'https://signals.example.test'
/** How the transmitter knows us. */
export const RECEIVER = 'https://api.example.test/security-events'
export const SECURITY_EVENT_TYPE: Readonly<Record<string, unknown>> = { typ: 'secevent+jwt' }

export const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
export const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

export const ALICE: Readonly<Record<string, unknown>> = { format: 'iss_sub', iss: TRANSMITTER, sub: 'alice' }

/** The claims of a good security event token at {@link NOW}, changed as a test wants them. */
export function securityEventClaims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    iss: TRANSMITTER,
    aud: RECEIVER,
    jti: 'event-1',
    iat: NOW - 1,
    sub_id: ALICE,
    events: { [`${RISC}account-disabled`]: {} },
    ...changes,
  }
}
