import { AUDIENCE, ISSUER, NOW } from './access-token.ts'

/** What a server says of an active token (RFC 7662 §2.2) at {@link NOW}; `undefined` leaves a member out. */
export function activeAnswer(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const answer = {
    active: true,
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'alice',
    client_id: 'web-app',
    scope: 'read:orders write:orders',
    token_type: 'Bearer',
    jti: 'token-1',
    iat: NOW - 60,
    exp: NOW + 600,
    ...changes,
  }
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined))
}
