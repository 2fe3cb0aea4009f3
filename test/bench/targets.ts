/** What is to be reached: how fast one subject is, measured by the fastest of others in the same round. */
export interface Target {
  readonly subject: string
  readonly over: readonly string[]
  readonly least: number
}

const PEERS = ['express-oauth2-jwt-bearer', 'express-jwt', 'passport-jwt']
/** A request whose token an authorization server was asked about before costs at most 1.1 times one with a JWT. */
const AS_CHEAP_AS = 1 / 1.1

export const TARGETS: readonly Target[] = [
  { subject: 'gatewarden, repeated JWT', over: ['plain Express'], least: 0.8 },
  { subject: 'gatewarden, repeated JWT', over: ['express-oauth2-jwt-bearer, repeated JWT'], least: 4 },
  { subject: 'gatewarden, distinct JWTs', over: PEERS.map((peer) => `${peer}, distinct JWTs`), least: 1.1 },
  { subject: 'gatewarden, repeated opaque token', over: ['gatewarden, repeated JWT'], least: AS_CHEAP_AS },
  { subject: 'gatewarden, opaque tokens by turns', over: ['gatewarden, JWTs by turns'], least: AS_CHEAP_AS },
  { subject: 'example gateway', over: ['bare proxy'], least: 0.92 },
]
