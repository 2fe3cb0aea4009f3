import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientCert } from '../../../../../lib/authenticate/mtls/forwarded/client-cert.ts'

const read = (leaf?: string, chain?: string) =>
  clientCert.read((name) => (name === 'client-cert' ? leaf : name === 'client-cert-chain' ? chain : undefined))

test('one byte sequence, and a list of them: RFC 9440 §2', () => {
  assert.deepEqual(clientCert.headers, ['client-cert', 'client-cert-chain'])
  assert.deepEqual([...(read(':AQID:')?.leaf ?? [])], [1, 2, 3])
  assert.equal(read(':AQID:', ':BAU=:, :Bg==:')?.others.length, 2)
  for (const [leaf, chain] of [
    [undefined],
    ['AQID'],
    ['"AQID"'],
    ['::'],
    [':AQID:, :AQID:'],
    [':AQID:', 'x'],
    [':AQID:', '(:AQID:)'],
    [':AQ*D:'],
  ] as const) {
    assert.equal(read(leaf, chain), undefined, `${leaf} ${chain}`)
  }
})
