import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { type ImportLine, importLines } from '../../../../../lib/command-line/keys/import/import-lines.ts'

async function read(text: string, secret: 'hash' | 'key' = 'hash'): Promise<ImportLine[]> {
  const lines: ImportLine[] = []
  for await (const line of importLines(Readable.from([text]), secret)) lines.push(line)
  return lines
}

test('lines keep their numbers, and empty ones are left out', async () => {
  assert.deepEqual(await read('\n{"hash":"a"}\r\n\n{"hash":"b","tenant_id":"t"}'), [
    { line: 2, values: { hash: 'a' } },
    { line: 4, values: { hash: 'b', tenantId: 't' } },
  ])
})

test('a line of JSON that is none is told, and its content is not', async () => {
  const lines = await read('{"hash":"a"}\nsecret\n["secret"]\n{"hash":"b","colour":"secret"}\n{"hash":')
  assert.deepEqual(
    lines.map((line) => 'detail' in line && line.detail),
    [
      ...[
        false,
        'this is no JSON',
        'this is no JSON object',
        'there is a member that is not known.',
        'this is no JSON',
      ],
    ],
  )
})

test('a list without a header is one a line', async () => {
  assert.deepEqual(await read('k1\n k2 \n', 'key'), [
    { line: 1, values: { key: 'k1' } },
    { line: 2, values: { key: 'k2' } },
  ])
  assert.match(JSON.stringify(await read('k1\nk2,acme', 'key')), /there is a comma/)
})

test('CSV needs a header', async () => {
  await assert.rejects(read('k1,acme', 'key'), /CSV begins with a header that names a column key/)
  assert.match(JSON.stringify(await read('hash,owner\na,"b\n')), /a quote is not closed/)
})
