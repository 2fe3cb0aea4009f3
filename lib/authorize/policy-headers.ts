import { DependencyError } from '../errors.ts'
import { foldHeaderName, isManageable } from '../header-name.ts'
import { isHeaderValue } from '../header-value.ts'
import { isJsonObject } from '../json-object.ts'
import { invalidOption } from '../options.ts'
import { ALLOW, type Decision, type Policy, type PolicyHeaders } from './policy.ts'

const NONE: readonly string[] = []

/**
 * The names of headers that a policy may set, in lower case.
 * @throws TypeError for what no policy may set, and for names that some servers take for one
 */
export function checkedHeaderNames(factory: string, names: unknown): readonly string[] {
  if (names === undefined) return NONE
  if (!Array.isArray(names)) throw invalidOption(factory, '"setsHeaders" must be a list of header names')
  const unusable = names.find((name) => !isManageable(name))
  if (unusable !== undefined) {
    throw invalidOption(factory, `"setsHeaders" holds ${JSON.stringify(unusable)}; use a name like X-Policy-Area`)
  }
  if (new Set(names.map(foldHeaderName)).size !== names.length) {
    throw invalidOption(factory, '"setsHeaders" names one header twice')
  }
  return names.map((name: string) => name.toLowerCase())
}

/** All that several policies may set, in lower case. @throws TypeError for what no policy may set */
export function headersSetBy(policies: readonly Policy[]): readonly string[] {
  const names = policies.flatMap(({ setsHeaders }) => checkedHeaderNames('routes', setsHeaders))
  return names.length === 0 ? NONE : [...new Set(names)]
}

/**
 * An allowance with its headers by lower-case name.
 * @param names what the policy may set, in lower case
 * @throws DependencyError for another header, and for a value that no header can hold
 */
export function allowance(policy: string, headers: unknown, names: readonly string[]): Decision {
  if (headers === undefined) return ALLOW
  if (!isJsonObject(headers) || !isRecord(headers))
    throw new DependencyError(policy, 'gave no headers that can be read')
  const checked: Record<string, string> = Object.create(null)
  for (const [sent, value] of Object.entries(headers)) {
    const name = sent.toLowerCase()
    if (!names.includes(name)) throw new DependencyError(policy, 'set a header that is not among its "setsHeaders"')
    if (name in checked) throw new DependencyError(policy, `set ${name} twice`)
    if (!isHeaderValue(value)) throw new DependencyError(policy, `set ${name} to what no header can hold`)
    checked[name] = value
  }
  return { allow: true, headers: Object.freeze(checked) }
}

/** Not a `Map` or a `Headers`, whose members would be overlooked. */
function isRecord(headers: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(headers)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

type Allowance = Extract<Decision, { allow: true }>

/** Both allow. What both set is what the second says. */
export function both(first: Allowance, second: Allowance): Allowance {
  if (second.headers === undefined) return first
  if (first.headers === undefined) return second
  const headers: PolicyHeaders = { ...first.headers, ...second.headers }
  return { allow: true, headers }
}
