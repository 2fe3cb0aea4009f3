import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The full name of a program: the one that is named, itself or by its folder, and no other; or else one on the PATH or in
 * the folders.
 */
export function findProgram(
  name: string,
  named: string | undefined,
  folders: readonly string[] = [],
): string | undefined {
  if (named) return [named, join(named, name)].find(isProgram)
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...path, ...folders].map((folder) => join(folder, name)).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/**
 * For the `skip` option of tests that need a real server. On a developer's machine they may be left out, and say so; the
 * machine that checks every change must have it.
 * @throws Error when the program is missing and CI=true
 */
export function skipWithout(program: string | undefined, name: string, variable: string): string | false {
  if (program !== undefined) return false
  const missing = `${name} is not installed; put it on the PATH or name it in ${variable}`
  if (process.env.CI === 'true') throw new Error(missing)
  return missing
}
