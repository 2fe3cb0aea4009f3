import type { Load } from './loads.ts'

/** A server under a load: what is measured. */
export interface Subject {
  readonly name: string
  /** The file in `servers/`. */
  readonly server: ServerName
  readonly load: Load
}

export type ServerName =
  | 'plain-express'
  | 'gatewarden-jwt'
  | 'gatewarden-introspection'
  | 'gatewarden-introspection-redis'
  | 'gatewarden-dpop'
  | 'gatewarden-memory-keys'
  | 'gatewarden-sqlite-keys'
  | 'express-oauth2-jwt-bearer'
  | 'express-jwt'
  | 'passport-jwt'
  | 'jose'
  | 'jose-dpop'
  | 'fast-jwt'
  | 'fast-jwt-cached'
  | 'openid-client'
  | 'bare-proxy'
  | 'gateway'

export function needsRedis({ server }: Subject): boolean {
  return server.endsWith('-redis')
}

const subject = (party: string, load: Load, server: string): Subject => ({
  name: `${party}, ${load}`,
  server: server as ServerName,
  load,
})
/** One load, and every server that can take it. */
const beside = (load: Load, servers: readonly ServerName[]) =>
  servers.map((server) => subject(partyOf(server), load, server))

function partyOf(server: ServerName): string {
  return server.replace(/^gatewarden-.*/, 'gatewarden').replace(/^(jose|fast-jwt)-.*/, '$1')
}

/** They verify tokens of any of the algorithms here. */
const VERIFIERS = ['gatewarden-jwt', 'express-oauth2-jwt-bearer', 'jose', 'fast-jwt'] as const

export const SUBJECTS: readonly Subject[] = [
  { name: 'plain Express', server: 'plain-express', load: 'repeated JWT' },
  ...beside('repeated JWT', [
    ...(['gatewarden-jwt', 'express-oauth2-jwt-bearer', 'express-jwt', 'passport-jwt'] as const),
    'fast-jwt-cached',
  ]),
  ...beside('distinct JWTs', [...VERIFIERS, 'express-jwt', 'passport-jwt']),
  ...beside('distinct ES256 JWTs', VERIFIERS),
  ...beside('distinct EdDSA JWTs', VERIFIERS),
  ...beside('repeated opaque token', ['gatewarden-introspection']),
  ...beside('JWTs by turns', ['gatewarden-jwt']),
  ...beside('opaque tokens by turns', ['gatewarden-introspection']),
  subject('gatewarden with Redis', 'opaque tokens by turns', 'gatewarden-introspection-redis'),
  ...beside('distinct opaque tokens', ['gatewarden-introspection', 'openid-client']),
  ...beside('DPoP', ['gatewarden-dpop', 'jose-dpop']),
  { name: 'gatewarden, API key, memory', server: 'gatewarden-memory-keys', load: 'API key' },
  { name: 'gatewarden, API key, SQLite', server: 'gatewarden-sqlite-keys', load: 'API key' },
  { name: 'bare proxy', server: 'bare-proxy', load: 'repeated JWT' },
  { name: 'example gateway', server: 'gateway', load: 'repeated JWT' },
]

export function chosenSubjects(words: readonly string[]): readonly Subject[] {
  const chosen = SUBJECTS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  if (chosen.length === 0) throw new Error(`--only fits none of: ${SUBJECTS.map(({ name }) => name).join('; ')}`)
  return chosen
}
