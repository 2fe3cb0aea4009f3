import type { PrincipalFields } from '../../lib/principal.ts'
import type { Revocation } from '../../lib/store/revocation-list.ts'
import { ISSUER, NOW } from './access-token.ts'

export type RevocationCase = readonly [name: string, revocation: Revocation, principal: Partial<PrincipalFields>]

const expiresAt = NOW + 3_600
const OTHER = 'https://other.example.test'
const token = { kind: 'token', tokenId: 'token-1', expiresAt } as const
const session = { kind: 'session', sessionId: 'session-1', expiresAt } as const
const client = { kind: 'client', clientId: 'web-app', expiresAt } as const
const subject = { kind: 'subject', subject: 'alice', issuedBefore: NOW, expiresAt } as const
const version = { kind: 'version', subject: 'alice', minVersion: 3, expiresAt } as const
const serviceAccount = { kind: 'client', subject: 'svc', clientId: 'svc' } as const

/** What a revocation is about. */
export const COVERED: readonly RevocationCase[] = [
  ['a token by its id', token, { credentialId: 'token-1', issuer: ISSUER }],
  ['a token without an issuer', token, { credentialId: 'token-1' }],
  ['a token of the issuer that is named', { ...token, issuer: ISSUER }, { credentialId: 'token-1', issuer: ISSUER }],
  ['a session', session, { claims: { sid: 'session-1' } }],
  ['a client that acts for a user', client, { clientId: 'web-app', claims: { iat: NOW + 1 } }],
  ['a client that acts for itself', client, { kind: 'client', subject: 'web-app', clientId: 'web-app' }],
  ['a client that is only a subject', client, { kind: 'client', subject: 'web-app' }],
  ['a client before a time', { ...client, issuedBefore: NOW }, { clientId: 'web-app', claims: { iat: NOW - 1 } }],
  ['a client before a time, without iat', { ...client, issuedBefore: NOW }, { clientId: 'web-app' }],
  ['a subject before a time', subject, { claims: { iat: NOW - 1 } }],
  ['a subject before a part of a second', { ...subject, issuedBefore: NOW + 0.5 }, { claims: { iat: NOW } }],
  ['a subject without iat', subject, {}],
  ['a subject with an iat that is no number', subject, { claims: { iat: String(NOW + 1) } }],
  ['a subject with an iat that is NaN', subject, { claims: { iat: Number.NaN } }],
  [
    'a client by the name that it has in sub',
    { ...subject, subject: 'uuid-1' },
    { ...serviceAccount, claims: { sub: 'uuid-1' } },
  ],
  [
    'a client as a subject, by its client id',
    { ...subject, subject: 'svc' },
    { ...serviceAccount, claims: { sub: 'uuid-1' } },
  ],
  ['a version', version, { claims: { token_version: 2 } }],
  ['a token without a version', version, {}],
  ['a version that is no number', version, { claims: { token_version: '9' } }],
  ['a version by the name in sub', { ...version, subject: 'uuid-1' }, { ...serviceAccount, claims: { sub: 'uuid-1' } }],
]

/** What it is not about. */
export const NOT_COVERED: readonly RevocationCase[] = [
  ['another token', token, { credentialId: 'token-2' }],
  ['a token without an id', token, {}],
  ['a token of another issuer', { ...token, issuer: ISSUER }, { credentialId: 'token-1', issuer: OTHER }],
  ['a token of no issuer, where one is named', { ...token, issuer: ISSUER }, { credentialId: 'token-1' }],
  ['a name that differs in case', { ...token, tokenId: 'TOKEN-1' }, { credentialId: 'token-1' }],
  ['another session', session, { claims: { sid: 'session-2' } }],
  ['a session that is no text', session, { claims: { sid: ['session-1'] } }],
  ['a user named as the client', client, { subject: 'web-app' }],
  ['another client', client, { clientId: 'other-app' }],
  ['a client from that time on', { ...client, issuedBefore: NOW }, { clientId: 'web-app', claims: { iat: NOW } }],
  ['a subject from that time on', subject, { claims: { iat: NOW } }],
  ['another subject', subject, { subject: 'bob', claims: { iat: NOW - 1 } }],
  ['a version that is high enough', version, { claims: { token_version: 3 } }],
  ['the version of another subject', version, { subject: 'bob', claims: { token_version: 1 } }],
]
