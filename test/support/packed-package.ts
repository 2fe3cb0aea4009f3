import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { packCopy } from './packed-copy.ts'
import { REPOSITORY, runCommand } from './run-command.ts'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * Puts the package, as `npm pack` makes it, into `project/node_modules`, next to links to all that this repository
 * has installed: nothing is asked of the registry.
 */
export async function installPackedPackage(project: string): Promise<void> {
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, 'gatewarden'), { recursive: true })
  const tarball = await packCopy(temporaryFolder())
  const args = ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'gatewarden')]
  const { code, stderr } = await runCommand('tar', args)
  assert.equal(code, 0, stderr)
  for (const name of readdirSync(join(REPOSITORY, 'node_modules'))) {
    if (name === 'gatewarden' || name.startsWith('.')) continue
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name))
  }
}
