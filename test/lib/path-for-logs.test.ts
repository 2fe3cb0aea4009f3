import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateApiKey } from '../../lib/api-key.ts'
import { pathForLogs } from '../../lib/path-for-logs.ts'
import { createSigningKey } from '../support/signing-key.ts'

test('a path stays as it is', () => {
  for (const path of ['/', '/orders/42', '/a_b_c/eyJust', '/files/x_0123456789', '/caf%C3%A9']) {
    assert.equal(pathForLogs(path), path)
  }
})

suite('a segment that looks like a credential is masked', () => {
  const key = generateApiKey('sk', 'live')
  const token = createSigningKey('ES256').sign({ sub: 'alice' })
  const cases: Readonly<Record<string, string>> = {
    [`/keys/${key}/x`]: '/keys/[credential]/x',
    [`/keys/x_${key}`]: '/keys/[credential]',
    [`/t/${token}`]: '/t/[credential]',
    [`/t/x${token}.y/z`]: '/t/[credential]/z',
    [`/${key}/${token}`]: '/[credential]/[credential]',
  }
  for (const [path, expected] of Object.entries(cases)) {
    test(expected, () => assert.equal(pathForLogs(path), expected))
  }
})

test('a long path is cut, and a credential at the cut is not half told', () => {
  assert.equal(pathForLogs(`/${'a'.repeat(2_000)}`).length, 1_024 + '...'.length)
  const key = generateApiKey('sk', 'live')
  assert.ok(!pathForLogs(`/${'a'.repeat(1_000)}/${key}`).includes('sk_live'))
})

test('a path that is made to be slow is not', () => {
  const startedAt = performance.now()
  for (const part of ['eyJ', '_0', 'eyJ.', 'a_', '/eyJ.']) pathForLogs(`/${part.repeat(16_384 / part.length)}`)
  assert.ok(performance.now() - startedAt < 1_000)
})
