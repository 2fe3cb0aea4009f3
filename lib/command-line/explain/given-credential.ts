import { text } from 'node:stream/consumers'
import type { Authenticator } from '../../authenticate/authenticator.ts'
import { JWS_ALGORITHMS } from '../../authenticate/jwt/algorithms.ts'
import { jwtAuthenticator } from '../../authenticate/jwt.ts'
import type { Clock } from '../../effects.ts'
import type { Arguments } from '../arguments.ts'
import { usageFailure } from '../exit-code.ts'
import { inputNamed } from '../input.ts'
import type { Io } from '../io.ts'
import { parsePrincipal, principalAuthenticator } from './given-principal.ts'
import { unverifiedTokens } from './unverified-token.ts'

/** Who is said to ask. */
export interface GivenCredential {
  readonly authenticate: Authenticator
  /** What the request carries, besides the headers that are given. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly isVerified: boolean
}

/** @throws CommandFailure when options contradict each other, or a file cannot be read */
export async function givenCredential(given: Arguments, io: Io, now: Clock): Promise<GivenCredential> {
  const [token, principal] = [given.text('token'), given.text('principal')]
  if (token !== undefined && principal !== undefined) throw usageFailure('give one of --token and --principal')
  if ([token, principal, given.text('routes')].filter((each) => each === '-').length > 1) {
    throw usageFailure('standard input can be only one of --routes, --token and --principal')
  }
  if (principal !== undefined) {
    const authenticate = principalAuthenticator(parsePrincipal(await read('principal', principal, io)))
    return { authenticate, headers: [], isVerified: true }
  }
  const verifier = await tokenVerifier(given, io, now)
  const presented = token === '-' ? (await read('token', '-', io)).trim() : token
  if (presented !== undefined && !/^[\x21-\x7e]+$/.test(presented)) {
    throw usageFailure('--token must be one token, without spaces')
  }
  return {
    authenticate: verifier ?? unverifiedTokens(now),
    headers: presented === undefined ? [] : [['Authorization', `Bearer ${presented}`]],
    isVerified: verifier !== undefined,
  }
}

async function tokenVerifier(given: Arguments, io: Io, now: Clock): Promise<Authenticator | undefined> {
  const [issuer, audience, jwks] = [given.text('issuer'), given.text('audience'), given.text('jwks')]
  if (issuer === undefined && audience === undefined && jwks === undefined) return undefined
  if (issuer === undefined || audience === undefined) {
    throw usageFailure('a token is verified with both --issuer and --audience')
  }
  const keys = jwks === undefined ? {} : await keysAt(jwks, io)
  try {
    return jwtAuthenticator({ issuer, audience, algorithms: JWS_ALGORITHMS, ...keys, now, warn: io.note })
  } catch (error) {
    throw error instanceof TypeError ? usageFailure(error.message) : error
  }
}

async function keysAt(jwks: string, io: Io): Promise<{ jwksUri: string } | { keys: { keys: readonly object[] } }> {
  if (/^https?:/.test(jwks)) return { jwksUri: jwks }
  const content = await read('jwks', jwks, io)
  try {
    return { keys: JSON.parse(content) as { keys: readonly object[] } }
  } catch {
    throw usageFailure('--jwks must be the URL of a JWK Set, or a file that holds one')
  }
}

async function read(option: string, name: string, io: Io): Promise<string> {
  try {
    return await text(inputNamed(name, io))
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw usageFailure(`--${option}: the file cannot be read (${code}); is its name right?`)
  }
}
