import { assertKnownKeys, assertStrings, invalidOption } from '../options.ts'

/** A list means all of it; `any` means one of it. Names are compared exactly, case included. */
export type Requirement = readonly string[] | { readonly all: readonly string[] } | { readonly any: readonly string[] }

export interface CompiledRequirement {
  readonly names: readonly string[]
  /** `read write`, or `any of read write`. */
  readonly inWords: string
  isMetBy(held: readonly string[]): boolean
}

/**
 * @param meansOf what else of what is held stands for a name, itself included; default: nothing else
 * @throws TypeError for an empty list: it would mean no requirement
 */
export function compileRequirement(
  factory: string,
  name: string,
  requirement: unknown,
  meansOf?: (name: string) => readonly string[],
): CompiledRequirement {
  const { names, every } = namesOf(factory, name, requirement)
  assertStrings(factory, name, names)
  const means = names.map((each) => meansOf?.(each) ?? [each])
  const isMetBy = every
    ? (held: readonly string[]) => means.every((each) => each.some((one) => held.includes(one)))
    : (held: readonly string[]) => means.some((each) => each.some((one) => held.includes(one)))
  return { names, inWords: every || names.length === 1 ? names.join(' ') : `any of ${names.join(' ')}`, isMetBy }
}

function namesOf(factory: string, name: string, requirement: unknown): { names: unknown; every: boolean } {
  if (Array.isArray(requirement)) return { names: requirement, every: true }
  assertKnownKeys(`${factory}.${name}`, requirement, ['all', 'any'])
  const { all, any } = requirement as { all?: unknown; any?: unknown }
  if ((all === undefined) === (any === undefined)) {
    throw invalidOption(factory, `"${name}" must be a list, { all: […] } or { any: […] }`)
  }
  return { names: all ?? any, every: any === undefined }
}
