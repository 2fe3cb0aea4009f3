/** What every request of a load presents. */
export type Load = 'repeated-jwt' | 'distinct-jwts' | 'api-key'

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
  | 'gatewarden-memory-keys'
  | 'gatewarden-sqlite-keys'
  | 'express-oauth2-jwt-bearer'
  | 'express-jwt'
  | 'passport-jwt'
  | 'bare-proxy'
  | 'gateway'

export const SUBJECTS: readonly Subject[] = [
  { name: 'plain Express', server: 'plain-express', load: 'repeated-jwt' },
  { name: 'gatewarden, repeated JWT', server: 'gatewarden-jwt', load: 'repeated-jwt' },
  { name: 'express-oauth2-jwt-bearer, repeated JWT', server: 'express-oauth2-jwt-bearer', load: 'repeated-jwt' },
  { name: 'express-jwt, repeated JWT', server: 'express-jwt', load: 'repeated-jwt' },
  { name: 'passport-jwt, repeated JWT', server: 'passport-jwt', load: 'repeated-jwt' },
  { name: 'gatewarden, distinct JWTs', server: 'gatewarden-jwt', load: 'distinct-jwts' },
  { name: 'express-oauth2-jwt-bearer, distinct JWTs', server: 'express-oauth2-jwt-bearer', load: 'distinct-jwts' },
  { name: 'express-jwt, distinct JWTs', server: 'express-jwt', load: 'distinct-jwts' },
  { name: 'passport-jwt, distinct JWTs', server: 'passport-jwt', load: 'distinct-jwts' },
  { name: 'gatewarden, API key, memory', server: 'gatewarden-memory-keys', load: 'api-key' },
  { name: 'gatewarden, API key, SQLite', server: 'gatewarden-sqlite-keys', load: 'api-key' },
  { name: 'bare proxy', server: 'bare-proxy', load: 'repeated-jwt' },
  { name: 'example gateway', server: 'gateway', load: 'repeated-jwt' },
]

export function chosenSubjects(words: readonly string[]): readonly Subject[] {
  const chosen = SUBJECTS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  if (chosen.length === 0) throw new Error(`--only fits none of: ${SUBJECTS.map(({ name }) => name).join('; ')}`)
  return chosen
}

/** What is to be reached: how fast one subject is, measured by the fastest of others in the same round. */
export interface Target {
  readonly subject: string
  readonly over: readonly string[]
  readonly least: number
}

export const TARGETS: readonly Target[] = [
  { subject: 'gatewarden, repeated JWT', over: ['plain Express'], least: 0.8 },
  { subject: 'gatewarden, repeated JWT', over: ['express-oauth2-jwt-bearer, repeated JWT'], least: 4 },
  {
    subject: 'gatewarden, distinct JWTs',
    over: ['express-oauth2-jwt-bearer, distinct JWTs', 'express-jwt, distinct JWTs', 'passport-jwt, distinct JWTs'],
    least: 1.1,
  },
  { subject: 'example gateway', over: ['bare proxy'], least: 0.92 },
]
