import { MAX_DELAY_MS } from './effects.ts'

/**
 * Options are checked once, at boot. A mistake throws a `TypeError` that names the factory, the option and the remedy.
 */

export function invalidOption(factory: string, problem: string): TypeError {
  return new TypeError(`${factory}: ${problem}`)
}

/** Refuses anything but an object that holds only `known` keys. Symbol keys are checked by those that define them. */
export function assertKnownKeys(factory: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidOption(factory, 'options must be an object')
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const likely = closest(key, known)
    throw invalidOption(
      factory,
      `unknown option "${key}". ${likely ? `Did you mean "${likely}"?` : `Known options: ${known.join(', ')}`}`,
    )
  }
}

export function assertString(factory: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') {
    throw invalidOption(factory, `"${name}" must be a non-empty string`)
  }
}

export function assertBoolean(factory: string, name: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') throw invalidOption(factory, `"${name}" must be true or false`)
}

export function assertFunction(factory: string, name: string, value: unknown): void {
  if (typeof value !== 'function') throw invalidOption(factory, `"${name}" must be a function`)
}

/** A finite number of at least `least` (default: more than nothing) and at most `most`. */
export function assertPositiveNumber(
  factory: string,
  name: string,
  value: unknown,
  least: number = Number.MIN_VALUE,
  most: number = Number.MAX_VALUE,
): asserts value is number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    const bound = least === Number.MIN_VALUE ? 'above 0' : `of at least ${least}`
    throw invalidOption(factory, `"${name}" must be a finite number ${bound}`)
  }
  if (value > most) throw invalidOption(factory, `"${name}" must be at most ${most}`)
}

/** A time that a timer can wait for: a deadline that is too long for one would be over at once. */
export function assertDelayMs(factory: string, name: string, value: unknown, leastMs?: number): void {
  assertPositiveNumber(factory, name, value, leastMs, MAX_DELAY_MS)
}

export function assertOneOf(factory: string, name: string, value: unknown, known: readonly string[]): void {
  if (known.includes(value as string)) return
  const words = known.map((word) => `"${word}"`)
  throw invalidOption(factory, `"${name}" must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`)
}

/** A list of origins, such as `https://app.example.com`: RFC 6454 §6.2. */
export function assertOrigins(factory: string, name: string, value: unknown): asserts value is readonly string[] {
  assertStrings(factory, name, value)
  for (const origin of value) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue
    throw invalidOption(factory, `"${name}" holds "${origin}"; an origin is like https://app.example.com`)
  }
}

/** A list without duplicates of at least one non-empty string: an empty list would mean "no check". */
export function assertStrings(factory: string, name: string, value: unknown): asserts value is readonly string[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw invalidOption(factory, `"${name}" must be a list of at least one string`)
  }
  for (const item of value) {
    if (typeof item !== 'string' || item === '') {
      throw invalidOption(factory, `"${name}" must hold non-empty strings only`)
    }
  }
  if (new Set(value).size !== value.length) throw invalidOption(factory, `"${name}" names one value twice`)
}

/**
 * Allow plain HTTP to other machines than this one, for the endpoints of an issuer.
 * Anyone on the way can then replace its keys and so sign tokens.
 * @deprecated Marked so that it stands out in review.
 */
export const dangerouslyAllowHttp: unique symbol = Symbol('gatewarden.dangerouslyAllowHttp')

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** An `https:` URL without credentials or fragment; `http:` only to this machine, unless `allowHttp`. */
export function assertEndpoint(factory: string, name: string, value: unknown, allowHttp: boolean): void {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (!url) throw invalidOption(factory, `"${name}" must be an absolute https: URL`)
  if (url.username || url.password || url.hash) {
    throw invalidOption(factory, `"${name}" must hold neither credentials nor a fragment`)
  }
  if (url.protocol === 'https:') return
  if (url.protocol === 'http:' && (allowHttp || LOOPBACK_HOSTS.has(url.hostname))) return
  throw invalidOption(factory, `"${name}" must be an https: URL (http: only to localhost, 127.0.0.1 or [::1])`)
}

function closest(key: string, known: readonly string[]): string | undefined {
  const distances = known.map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate) }))
  distances.sort((a, b) => a.distance - b.distance)
  const best = distances[0]
  return best && best.distance <= Math.max(2, key.length / 3) ? best.candidate : undefined
}

/** Levenshtein's distance, case-insensitive in its second word; for messages at boot only. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const current = [i]
    for (let j = 1; j <= to.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1]?.toLowerCase() ? 0 : 1)
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
