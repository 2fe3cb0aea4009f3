import { assertKnownKeys, assertStrings, invalidOption } from '../options.ts'

/** A list means all of it; `any` means one of it. Names are compared exactly, case included. */
export type Requirement = readonly string[] | { readonly all: readonly string[] } | { readonly any: readonly string[] }

export interface CompiledRequirement {
  readonly names: readonly string[]
  isMetBy(held: readonly string[]): boolean
}

/** @throws TypeError for an empty list: it would mean no requirement */
export function compileRequirement(factory: string, name: string, requirement: unknown): CompiledRequirement {
  const { names, every } = namesOf(factory, name, requirement)
  assertStrings(factory, name, names)
  const isMetBy = every
    ? (held: readonly string[]) => names.every((each) => held.includes(each))
    : (held: readonly string[]) => names.some((each) => held.includes(each))
  return { names, isMetBy }
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
