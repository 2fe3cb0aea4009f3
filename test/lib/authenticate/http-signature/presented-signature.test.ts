import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSignatures } from '../../../../lib/authenticate/http-signature/presented-signature.ts'

test('inputs and signatures are paired by their label, whatever their order', () => {
  const read = readSignatures(
    'a=("@method"  "x";key="y");created=1;keyid="k", b=( );nonce="n";tag="t";alg="g";expires=2',
    'b=:Ag==:, a=:AQ==:',
  )
  if (typeof read === 'string') return assert.fail(read)
  const [a, b] = read
  assert.deepEqual(
    a?.components.map(({ name, identifier }) => [name, identifier]),
    [
      ['@method', '"@method"'],
      ['x', '"x";key="y"'],
    ],
  )
  assert.equal(a?.signatureParams, '("@method" "x";key="y");created=1;keyid="k"')
  assert.deepEqual([a?.signature, b?.signature], [new Uint8Array([1]), new Uint8Array([2])])
  assert.deepEqual(b?.parameters, { nonce: 'n', tag: 't', alg: 'g', expires: 2 })
  assert.equal(b?.signatureParams, '();nonce="n";tag="t";alg="g";expires=2')
})

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['', 'a=:AQ==:', 'signature-input format'],
  ['a=()', '', 'signature format'],
  ['a=()', 'b=:AQ==:', 'unpaired signature'],
  ['a=(), b=()', 'a=:AQ==:', 'unpaired signature'],
  ['a=()', 'a=:AQ==:, b=:AQ==:', 'unpaired signature'],
  ['a="x"', 'a=:AQ==:', 'signature-input format'],
  ['a=()', 'a=(:AQ==:)', 'signature format'],
  ['a=()', 'a=::', 'signature format'],
  ['a=()', `a=:${'AAAA'.repeat(700)}:`, 'signature format'],
  ['a=(x)', 'a=:AQ==:', 'component format'],
  ['a=("x" "x")', 'a=:AQ==:', 'component twice'],
  [`a=(${Array.from({ length: 65 }, (_, index) => `"x${index}"`).join(' ')})`, 'a=:AQ==:', 'too many components'],
  ['a=();created="1"', 'a=:AQ==:', 'created format'],
  ['a=();created=1.5', 'a=:AQ==:', 'created format'],
  ['a=();expires=?1', 'a=:AQ==:', 'expires format'],
  ['a=();keyid=k', 'a=:AQ==:', 'keyid format'],
  ['a=();nonce=:AQ==:', 'a=:AQ==:', 'nonce format'],
  ['a=();toString="x"', 'a=:AQ==:', 'signature-input format'],
  ['a=();constructor="x"', 'a=:AQ==:', 'signature parameter'],
]

for (const [input, signature, reason] of REFUSED) {
  test(`${input.slice(0, 40)} with ${signature.slice(0, 20)}: ${reason}`, () => {
    assert.equal(readSignatures(input, signature), reason)
  })
}
