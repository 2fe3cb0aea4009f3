import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from './run-command.ts'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * A project as a reader of the documents has it, where `gatewarden` is installed: it is the repository itself. The
 * packages that the repository installs are there too.
 * @returns its folder
 */
export function readerProject(): string {
  const outer = temporaryFolder()
  const folder = join(outer, 'project')
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(join(REPOSITORY, 'node_modules'), join(outer, 'node_modules'), 'dir')
  symlinkSync(REPOSITORY, join(folder, 'node_modules', 'gatewarden'), 'dir')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  const options = { declaration: false, isolatedDeclarations: false, moduleDetection: 'force', noEmit: true }
  const config = { extends: join(REPOSITORY, 'tsconfig.json'), compilerOptions: options, include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return folder
}
