import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

/** Readers of environment variables. Each throws a one-line message that names the variable and the remedy. */

export function required(environment: Environment, name: string, example: string): string {
  const value = environment[name]?.trim()
  if (!value) throw new Error(`${name} is not set: give it a value such as ${example}`)
  return value
}

export function wholeNumber(
  environment: Environment,
  name: string,
  { fallback, least, most }: { readonly fallback: number; readonly least: number; readonly most: number },
): number {
  const text = environment[name]?.trim()
  if (!text) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Error(`${name} is not usable: set it to a whole number from ${least} to ${most}`)
  }
  return value
}

/** 0 asks the system for a free one. */
export function port(environment: Environment, name: string, fallback: number): number {
  return wholeNumber(environment, name, { fallback, least: 0, most: 65_535 })
}

/** An http or https URL without credentials, query and fragment. */
export function plainUrl(environment: Environment, name: string, example: string): URL {
  const text = required(environment, name, example)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || /[?#]/.test(text) || url.username || url.password) {
    throw new Error(`${name} is not a plain http or https URL: set it to one such as ${example}`)
  }
  return url
}

export function fileInExistingFolder(environment: Environment, name: string, fallback: string): string {
  const file = resolve(environment[name]?.trim() || fallback)
  const folder = dirname(file)
  if (!existsSync(folder)) throw new Error(`${name} is in a folder that doesn't exist: create ${folder} first`)
  return file
}

/** What a JSON file holds; the library checks what is in it. */
export function jsonFile<T>(environment: Environment, name: string, example: string): T {
  const file = required(environment, name, example)
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    throw new Error(`${name} can't be read as JSON: name a file such as ${example}`)
  }
}

export function commaList(
  environment: Environment,
  name: string,
  { fallback, isValid, expected }: CommaList,
): readonly string[] {
  const items = (environment[name] ?? '').split(',').flatMap((item) => item.trim() || [])
  const wrong = items.find((item) => !isValid(item))
  if (wrong !== undefined) throw new Error(`${name} can't hold ${JSON.stringify(wrong)}: list ${expected}, with commas`)
  return items.length > 0 ? [...new Set(items)] : fallback
}

interface CommaList {
  readonly fallback: readonly string[]
  readonly isValid: (item: string) => boolean
  readonly expected: string
}
