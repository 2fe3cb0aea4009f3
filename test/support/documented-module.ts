import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { codeBlocks } from './markdown.ts'
import { repositoryFile } from './repository-files.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The code block of a document that exports a name, as a module: what is shown to people is what is tested. */
export async function documentedModule(document: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  const blocks = codeBlocks(repositoryFile(document))
  const block = blocks.find(({ code }) => code.includes(`export function ${name}(`))
  if (!block) throw new Error(`${document} shows no ${name}`)
  const file = join(temporaryFolder(), `${name}.mts`)
  writeFileSync(file, block.code)
  return import(pathToFileURL(file).href)
}
