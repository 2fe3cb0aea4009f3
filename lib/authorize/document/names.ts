import { parseNetworks } from '../../network.ts'
import { invalidOption } from '../../options.ts'
import { type Times, timeFact } from '../requirements/times.ts'
import type { LocatedDocument, Place } from './located-document.ts'

/** What rules of a document may name instead of writing it out, such as what is another thing in each place it runs. */
export interface RouteNames {
  /** Addresses and CIDR ranges, by a name that rules list in `networks`. */
  readonly networks?: Readonly<Record<string, readonly string[]>>
  /** By a name that rules say in `times`. */
  readonly times?: Readonly<Record<string, Times>>
}

/** No address is one. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/

const CHECKS: Readonly<Record<keyof RouteNames, (value: unknown) => unknown>> = {
  networks: (value) => parseNetworks('routes', 'networks', value),
  times: (value) => timeFact(value),
}

/** @throws TypeError for a name that could be an address, or what it stands for and nobody can read */
export function assertNames(factory: string, names: RouteNames): void {
  for (const kind of ['networks', 'times'] as const) {
    const named = names[kind]
    if (named === undefined) continue
    if (!isPlainObject(named)) throw invalidOption(factory, `"${kind}" must be an object of names`)
    for (const [name, value] of Object.entries(named)) {
      if (!NAME.test(name)) {
        throw invalidOption(factory, `"${kind}.${name}": a name is a letter, then letters, digits, "-" and "_"`)
      }
      assertReadable(factory, `${kind}.${name}`, () => CHECKS[kind](value))
    }
  }
}

function assertReadable(factory: string, name: string, read: () => unknown): void {
  try {
    read()
  } catch (error) {
    throw invalidOption(factory, `"${name}": ${(error as Error).message.replace(/^[\w.]+: /, '')}`)
  }
}

/**
 * The names of a document, with those that the program gives in place of its own.
 * @throws TypeError that tells file and line
 */
export function namesOfDocument(own: RouteNames, given: RouteNames, document: LocatedDocument): RouteNames {
  for (const kind of ['networks', 'times'] as const) {
    try {
      assertNames('routes', { [kind]: own[kind] })
    } catch (error) {
      throw document.problem([kind], (error as Error).message.replace(/^routes: /, ''))
    }
  }
  return { networks: { ...own.networks, ...given.networks }, times: { ...own.times, ...given.times } }
}

/**
 * Puts what names stand for in their place, in a rule and in what it is made of.
 * @throws TypeError for a name that stands for nothing
 */
export function withNames<T>(rule: T, place: Place, names: RouteNames, document: LocatedDocument): T {
  if (!isPlainObject(rule)) return rule
  const found: Record<string, unknown> = { ...rule }
  for (const list of ['allOf', 'anyOf'] as const) {
    const parts = found[list]
    if (!Array.isArray(parts)) continue
    found[list] = parts.map((part: unknown, index) => withNames(part, [...place, list, index], names, document))
  }
  if (found.not !== undefined) found.not = withNames(found.not, [...place, 'not'], names, document)
  if (Array.isArray(found.networks)) {
    found.networks = found.networks.flatMap((entry: unknown, index) =>
      typeof entry === 'string' && NAME.test(entry)
        ? meant('networks', entry, [...place, 'networks', index], names, document)
        : [entry],
    )
  }
  if (found.times !== undefined) found.times = timesMeant(found.times, [...place, 'times'], names, document)
  return found as T
}

function timesMeant(times: unknown, place: Place, names: RouteNames, document: LocatedDocument): unknown {
  if (typeof times === 'string') return meant('times', times, place, names, document)
  if (!Array.isArray(times)) return times
  return times.flatMap((each: unknown, index) => timesMeant(each, [...place, index], names, document))
}

function meant(
  kind: keyof RouteNames,
  name: string,
  place: Place,
  names: RouteNames,
  document: LocatedDocument,
): unknown {
  const named: Readonly<Record<string, unknown>> = names[kind] ?? {}
  if (Object.hasOwn(named, name)) return named[name]
  const known = Object.keys(named)
  const remedy =
    known.length === 0
      ? `say what it is at the top, under "${kind}", or give it with the option "${kind}"`
      : `the names there are: ${known.join(', ')}`
  throw document.problem(place, `"${kind}" names ${JSON.stringify(name)}; ${remedy}`)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
