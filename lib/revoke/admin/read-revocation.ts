import type { Revocation } from '../../store/revocation-list.ts'
import { isIdentifier } from '../identifier.ts'
import { readTime, TIME_IN_WORDS } from './read-time.ts'

const TARGETS = ['jti', 'sub', 'sid', 'clientId'] as const

export const REVOCATION_FIELDS: readonly string[] = [
  ...TARGETS,
  ...['before', 'minVersion', 'issuer', 'expiresAt', 'expiresInSeconds'],
]

/** Clocks differ; a time in milliseconds differs by more. */
const MAX_SKEW_SECONDS = 60
const MAX_KEPT_SECONDS = 10 * 366 * 86_400

type Fields = Readonly<Record<string, unknown>>

interface Times {
  /** Epoch seconds. */
  readonly now: number
  readonly keepForSeconds: number
}

/**
 * What a JSON body asks to revoke.
 * @returns the revocation, or what is wrong with the body, in words for whoever sent it
 */
export function readRevocation(body: unknown, times: Times): Revocation | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'the body must be a JSON object'
  const fields = body as Fields
  const unknown = Object.keys(fields).find((name) => !REVOCATION_FIELDS.includes(name))
  if (unknown !== undefined) {
    return `${JSON.stringify(unknown.slice(0, 64))} is no field; known fields: ${REVOCATION_FIELDS.join(', ')}`
  }
  const [target, ...others] = TARGETS.filter((name) => fields[name] !== undefined)
  if (target === undefined || others.length > 0) return 'give exactly one of "jti", "sub", "sid" and "clientId"'
  const wrong = [target, 'issuer'].find((name) => fields[name] !== undefined && !isIdentifier(fields[name]))
  if (wrong !== undefined) return `"${wrong}" must be a non-empty string of at most 1024 characters`
  const issuer = fields.issuer as string | undefined
  const expiresAt = readExpiry(fields, times)
  if (typeof expiresAt === 'string') return expiresAt
  const what = readTarget(target, fields[target] as string, fields, times.now)
  return typeof what === 'string' ? what : { ...what, ...(issuer !== undefined && { issuer }), expiresAt }
}

/** Of every kind of revocation, what it revokes. */
type Target = Revocation extends infer R ? (R extends Revocation ? Omit<R, 'issuer' | 'expiresAt'> : never) : never

function readTarget(target: (typeof TARGETS)[number], name: string, fields: Fields, now: number): Target | string {
  const { before, minVersion } = fields
  if (minVersion !== undefined && target !== 'sub') return '"minVersion" goes with "sub" only'
  if (before !== undefined && target !== 'sub' && target !== 'clientId') {
    return '"before" goes with "sub" and "clientId" only'
  }
  if (minVersion !== undefined)
    return before === undefined ? readVersion(name, minVersion) : 'give one of "before" and "minVersion"'
  const issuedBefore = before === undefined ? undefined : readTime(before)
  if (before !== undefined && issuedBefore === undefined) return `"before" must be ${TIME_IN_WORDS}`
  if (issuedBefore !== undefined && issuedBefore > now + MAX_SKEW_SECONDS) return '"before" must not be in the future'
  switch (target) {
    case 'jti':
      return { kind: 'token', tokenId: name }
    case 'sid':
      return { kind: 'session', sessionId: name }
    case 'clientId':
      return { kind: 'client', clientId: name, ...(issuedBefore !== undefined && { issuedBefore }) }
    case 'sub':
      return { kind: 'subject', subject: name, issuedBefore: issuedBefore ?? now }
  }
}

function readVersion(subject: string, minVersion: unknown): Target | string {
  if (!Number.isSafeInteger(minVersion) || (minVersion as number) < 1) {
    return '"minVersion" must be a whole number of at least 1'
  }
  return { kind: 'version', subject, minVersion: minVersion as number }
}

function readExpiry({ expiresAt, expiresInSeconds }: Fields, { now, keepForSeconds }: Times): number | string {
  if (expiresAt !== undefined && expiresInSeconds !== undefined) {
    return 'give one of "expiresAt" and "expiresInSeconds"'
  }
  if (expiresInSeconds !== undefined) {
    const isLength =
      typeof expiresInSeconds === 'number' && expiresInSeconds > 0 && expiresInSeconds <= MAX_KEPT_SECONDS
    return isLength ? now + expiresInSeconds : '"expiresInSeconds" must be a number above 0, of at most ten years'
  }
  if (expiresAt === undefined) return now + keepForSeconds
  const time = readTime(expiresAt)
  if (time === undefined) return `"expiresAt" must be ${TIME_IN_WORDS}`
  if (time <= now) return '"expiresAt" must be in the future'
  return time <= now + MAX_KEPT_SECONDS ? time : '"expiresAt" must be within ten years'
}
