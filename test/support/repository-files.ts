import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from './run-command.ts'

export interface RepositoryFile {
  /** From the repository's root, with slashes: `lib/authenticate/jwt.ts`. */
  readonly path: string
  readonly text: string
}

/** The files under a folder of the repository whose names end so; none when there is no such folder. */
export function repositoryFiles(folder: string, ending: string): readonly RepositoryFile[] {
  if (!existsSync(join(REPOSITORY, folder))) return []
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
    .map((path) => repositoryFile(path))
}

export function repositoryFile(path: string): RepositoryFile {
  return { path, text: readFileSync(join(REPOSITORY, path), 'utf8') }
}

export function isInRepository(path: string): boolean {
  return existsSync(join(REPOSITORY, path))
}
