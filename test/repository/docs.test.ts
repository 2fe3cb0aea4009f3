import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { documents } from '../support/documents.ts'
import { type CodeBlock, codeBlocks } from '../support/markdown.ts'
import { readerProject } from '../support/reader-project.ts'
import { type CommandResult, NODE_FLAGS, REPOSITORY, runCommand } from '../support/run-command.ts'

const LANGUAGES = ['ts', 'bash', 'sh', 'json', 'http', 'text', 'rego', 'yaml']
const TSC = join(REPOSITORY, 'node_modules/typescript/bin/tsc')

const BLOCKS = documents().flatMap(codeBlocks)

function blocksIn(...languages: readonly string[]): readonly CodeBlock[] {
  return BLOCKS.filter(({ language }) => languages.includes(language))
}

function nameOf({ path, line }: CodeBlock): string {
  return `${path}:${line}`
}

function fileOf({ path, line }: CodeBlock): string {
  return `${path.replaceAll('/', '.')}.${line}.ts`
}

test('every code block says its language, one of a few', () => {
  const unknown = BLOCKS.filter(({ language }) => !LANGUAGES.includes(language))
  assert.deepEqual(
    unknown.map((block) => `${nameOf(block)}: "${block.language}"`),
    [],
  )
})

test('the only mark that a code block bears is run, on ts', () => {
  const unknown = BLOCKS.filter(({ language, mark }) => mark !== '' && !(language === 'ts' && mark === 'run'))
  assert.deepEqual(
    unknown.map((block) => `${nameOf(block)}: "${block.mark}"`),
    [],
  )
})

describe('TypeScript in the documents', () => {
  const blocks = blocksIn('ts')
  const folder = readerProject()
  let checked: CommandResult

  before(async () => {
    // The line numbers of a block are those of its document.
    for (const block of blocks) writeFileSync(join(folder, fileOf(block)), '\n'.repeat(block.line - 1) + block.code)
    if (blocks.length > 0) checked = await runCommand(process.execPath, [TSC, '--pretty', 'false'], { cwd: folder })
  })

  /** The compiler's errors, each with its further lines; of one file, or of none that is a block. */
  function errorsOf(block: CodeBlock | undefined): string {
    const files = block ? [fileOf(block)] : blocks.map(fileOf)
    const errors = (checked.stdout + checked.stderr).split(/\n(?! |$)/)
    return errors
      .filter((error) => files.some((file) => error.startsWith(`${file}(`)) === (block !== undefined))
      .join('\n')
      .trim()
  }

  for (const block of blocks) {
    test(`${nameOf(block)} compiles as it is`, () => {
      assert.equal(errorsOf(block).replaceAll(fileOf(block), block.path), '')
    })
  }

  test('there is no other error', () => {
    if (blocks.length > 0) assert.equal(errorsOf(undefined), '')
  })

  for (const block of blocks.filter(({ mark }) => mark === 'run')) {
    test(`${nameOf(block)} runs to its end`, async () => {
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const args = [...NODE_FLAGS, '--conditions=source', fileOf(block)]
      const { code, stderr } = await runCommand(process.execPath, args, { cwd: folder, env, timeoutMs: 20_000 })
      assert.equal(stderr, '')
      assert.equal(code, 0)
    })
  }
})

for (const block of blocksIn('bash', 'sh')) {
  test(`${nameOf(block)} is a shell script`, async () => {
    const { code, stderr } = await runCommand('bash', ['-n', '-c', block.code])
    assert.equal(stderr, '')
    assert.equal(code, 0)
  })
}

for (const block of blocksIn('json')) {
  test(`${nameOf(block)} is JSON`, () => {
    assert.doesNotThrow(() => JSON.parse(block.code))
  })
}
