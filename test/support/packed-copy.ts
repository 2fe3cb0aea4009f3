import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY, runCommand } from './run-command.ts'

/** What no clone of the repository holds. */
const LEFT_OUT = ['.git', 'coverage', 'dist', 'node_modules']

/**
 * Packs a copy of the repository, so that tests that run at the same time do not build over each other.
 * @param folder where the copy and the tarball may be put
 * @returns the tarball's path
 */
export async function packCopy(folder: string): Promise<string> {
  const copy = mkdtempSync(join(folder, 'repository-'))
  for (const name of readdirSync(REPOSITORY)) {
    if (!LEFT_OUT.includes(name)) cpSync(join(REPOSITORY, name), join(copy, name), { recursive: true })
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'), 'dir')
  const { code, stderr } = await runCommand('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: copy })
  assert.equal(code, 0, stderr)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  assert.ok(tarball, 'npm pack left no tarball')
  return join(folder, tarball)
}
