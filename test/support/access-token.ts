export const ISSUER = 'https://issuer.example.test'
export const AUDIENCE = 'https://api.example.test'

/** Epoch seconds: the time at which the tests' clocks stand. */
export const NOW = 1_700_000_000

/** The claims of a good access token at {@link NOW}, changed as a test wants them; `undefined` leaves a claim out. */
export function accessTokenClaims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'alice',
    client_id: 'web-app',
    scope: 'read:orders write:orders',
    roles: ['editor'],
    tenant_id: 'tenant_xyz',
    email: 'alice@example.test',
    jti: 'token-1',
    iat: NOW - 60,
    exp: NOW + 600,
    ...changes,
  }
}
