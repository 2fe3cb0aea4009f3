import type { Revocation } from '../../lib/store/revocation-list.ts'
import { ISSUER, NOW } from './access-token.ts'

/** Revocations of each kind, of one issuer and of all; they end an hour after {@link NOW}. */
export const EVERY_KIND: readonly Revocation[] = [
  { kind: 'token', tokenId: 'token-1', expiresAt: NOW + 3_600 },
  { kind: 'token', tokenId: 'token-1', issuer: ISSUER, expiresAt: NOW + 3_600 },
  { kind: 'session', sessionId: 'session-1', issuer: ISSUER, expiresAt: NOW + 3_600 },
  { kind: 'client', clientId: 'web-app', expiresAt: NOW + 3_600 },
  { kind: 'client', clientId: 'web-app', issuedBefore: NOW - 60.5, expiresAt: NOW + 3_600 },
  { kind: 'subject', subject: 'alice', issuedBefore: NOW, expiresAt: NOW + 3_600 },
  { kind: 'version', subject: 'alice', minVersion: 3, expiresAt: NOW + 3_600.25 },
]

/** One token's. */
export function tokenRevocation(tokenId: string, expiresAt: number = NOW + 3_600): Revocation {
  return { kind: 'token', tokenId, expiresAt }
}
