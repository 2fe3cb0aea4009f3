import { hash } from 'node:crypto'
import { type Awaitable, isLater } from '../../effects.ts'
import type { RequestView } from '../../request-view.ts'
import { type Authentication, type Authenticator, malformed, rejected } from '../authenticator.ts'
import { Introspection } from '../introspection/introspection.ts'
import type { IntrospectionSettings } from '../introspection/options.ts'
import { isCompactJws, parseObject } from '../jwt/compact-jws.ts'
import type { Issuers } from '../jwt/issuers.ts'
import { JwtVerifier } from '../jwt/verifier.ts'
import type { TokenSettings } from './options.ts'
import { BEARER_TOKEN } from './presented-token.ts'
import { tokenAuthenticator } from './token-authenticator.ts'
import { TokenMemory } from './token-memory.ts'

/**
 * Puts together what judges access tokens: what is remembered, keys, a server, and the proofs after them.
 * @param issuers without them, every token is asked about
 */
export function authenticatorOf(
  method: 'access-token' | 'jwt' | 'introspection',
  issuers: Issuers | undefined,
  server: IntrospectionSettings | undefined,
  settings: TokenSettings,
): Authenticator {
  const verifier = issuers && new JwtVerifier({ ...settings, issuers })
  const introspection = server && new Introspection(server)
  const memory = new TokenMemory({
    cache: settings.cache,
    prefix: `token:${prefixOf(issuers, server)}:`,
    isGood: (entry) => (entry.keyId === undefined ? introspection?.isGood(entry) : verifier?.isGood(entry)) ?? false,
  })

  const isJwt = (token: string) => verifier !== undefined && hasJwtShape(token)

  function verifyAnew(token: string, cacheKey: string): Awaitable<Authentication> {
    if (verifier && isCompactJws(token)) return verifier.verify(token, (entry) => memory.remember(cacheKey, entry))
    if (!BEARER_TOKEN.test(token)) return notOneToken()
    if (!introspection || isJwt(token)) return rejected('not a JWT')
    return introspection.verify(token, cacheKey, (entry) => memory.remember(cacheKey, entry))
  }

  const remembered = (token: string, { connection }: RequestView) => memory.answer(token, connection, verifyAnew)
  /** What a critical route wants to know is asked now, whatever is remembered. */
  const asking = (server: Introspection) => (token: string, request: RequestView, freshly: boolean) => {
    if (!freshly && !server.isAskedAlways(request)) return remembered(token, request)
    if (!BEARER_TOKEN.test(token)) return notOneToken()
    if (!isJwt(token)) return server.verifyNow(token)
    const answer = remembered(token, request)
    return isLater(answer)
      ? Promise.resolve(answer).then((later) => server.confirm(token, later))
      : server.confirm(token, answer)
  }
  const described = {
    method,
    methods: [...(verifier ? ['jwt'] : []), ...(introspection ? ['introspection'] : [])],
    issuers: namesOf(issuers, server),
    canIntrospect: introspection !== undefined,
  }
  return tokenAuthenticator(described, settings, introspection ? asking(introspection) : remembered)
}

/**
 * Three parts, however they are spelled, or the header of a JWS before any others: a JWT with padding, without its
 * signature, or with a dot behind it that its server overlooks, must not be asked about instead of being verified. What
 * is encrypted says so in its header, and is not for us to read.
 */
function hasJwtShape(token: string): boolean {
  return /^[^.]*\.[^.]*\.[^.]*$/.test(token) || hasJwsHeader(token)
}

function hasJwsHeader(token: string): boolean {
  const end = token.indexOf('.')
  const header = end === -1 ? undefined : parseObject(token.slice(0, end))
  return header !== undefined && 'alg' in header && !('enc' in header)
}

function notOneToken(): Authentication {
  return malformed({ reason: 'bearer token', detail: 'The Authorization header holds no single bearer token.' })
}

function namesOf(issuers: Issuers | undefined, server: IntrospectionSettings | undefined): Authenticator['issuers'] {
  if (issuers?.names === 'any') return 'any'
  return [...new Set([...(issuers?.names ?? []), ...(server ? [server.issuer] : [])])]
}

/**
 * Authenticators that share a cache, and judge otherwise, neither push out nor believe each other's entries. Whether JWTs
 * are verified at all is a part of it: where they are not, they are asked about, and what came of that is for no verifier.
 */
function prefixOf(issuers: Issuers | undefined, server: IntrospectionSettings | undefined): string {
  return hash('sha256', JSON.stringify([issuers && rulesOf(issuers), server?.rulesId]), 'base64url')
}

/** Issuers that are found by a function are not known yet: their entries say by whose rules they were made. */
function rulesOf(issuers: Issuers): unknown {
  return issuers.names === 'any' ? 'any' : issuers.names.map((name) => issuers.known(name)?.rulesId)
}
