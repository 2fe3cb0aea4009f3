import { ISSUER, NOW } from './access-token.ts'

export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** The client that is registered at the OpenID provider. */
export const LOGOUT_CLIENT = 'web-app'
export const LOGOUT_TYPE: Readonly<Record<string, unknown>> = { typ: 'logout+jwt' }

/** The claims of a good logout token at {@link NOW}, changed as a test wants them; `undefined` leaves a claim out. */
export function logoutClaims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    iss: ISSUER,
    aud: LOGOUT_CLIENT,
    sub: 'alice',
    sid: 'session-1',
    jti: 'logout-1',
    iat: NOW - 1,
    exp: NOW + 120,
    events: { [LOGOUT_EVENT]: {} },
    ...changes,
  }
}
