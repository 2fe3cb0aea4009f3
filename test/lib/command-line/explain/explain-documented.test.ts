import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from '../../../support/command-line.ts'
import { codeBlocks } from '../../../support/markdown.ts'
import { repositoryFile } from '../../../support/repository-files.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const blocks = codeBlocks(repositoryFile('docs/explain.md'))
const codeOf = (language: string) => blocks.filter((block) => block.language === language).map(({ code }) => code)

const folder = mkdtempSync(join(temporaryFolder(), 'explain-'))
writeFileSync(join(folder, 'routes.yaml'), codeOf('yaml').join('\n'))
writeFileSync(join(folder, 'alice.json'), codeOf('json').join('\n'))

/** The words of a documented command, as a shell reads them; files are in the folder. */
function wordsOf(command: string): readonly string[] {
  const words = command.replaceAll('\\\n', ' ').match(/'[^']*'|\S+/g) ?? []
  return words
    .map((word) => word.replaceAll("'", ''))
    .map((word) => (/\.(?:yaml|json)$/.test(word) ? join(folder, word) : word))
}

const commands = codeOf('sh')
const outputs = codeOf('text')

test('each command on the page has its output', () => {
  assert.equal(commands.length, outputs.length)
  assert.ok(commands.length >= 2)
})

for (const [index, command] of commands.entries()) {
  test(`what the page shows is what is printed: ${command.split('\n')[0]}`, async () => {
    const [program, ...args] = wordsOf(command)
    assert.equal(program, 'gatewarden')
    const { stdout, stderr } = await commandLine({ env: {} }).run(...args)
    assert.equal(stderr, '')
    assert.equal(stdout.trimEnd(), outputs[index]?.trimEnd())
  })
}
