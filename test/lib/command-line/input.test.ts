import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inputNamed, textLines } from '../../../lib/command-line/input.ts'
import { commandLine } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function linesOf(input: NodeJS.ReadableStream): Promise<string[]> {
  const lines: string[] = []
  for await (const line of textLines(input)) lines.push(line)
  return lines
}

test('a file and standard input are read alike, whatever ends their lines', async () => {
  const file = join(temporaryFolder(), 'lines')
  writeFileSync(file, '\ufeffa\r\nb\n\nc')
  const { io } = commandLine({ input: 'a\nb\n\nc\n' })
  assert.deepEqual(await linesOf(inputNamed(file, io)), ['a', 'b', '', 'c'])
  assert.deepEqual(await linesOf(inputNamed('-', io)), ['a', 'b', '', 'c'])
})

test('a file that cannot be read is wrong usage', async () => {
  const { io } = commandLine()
  await assert.rejects(linesOf(inputNamed('/no/such/file', io)), { exitCode: 2, message: /ENOENT/ })
  await assert.rejects(linesOf(inputNamed('/', io)), { exitCode: 2 })
})
