import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constructed, DerError, primitive, readDer, TAG } from '../../../../lib/authenticate/mtls/der.ts'
import { encode } from '../../../../lib/authenticate/mtls/der-writer.ts'
import { readDistributionPoints, readPointName } from '../../../../lib/authenticate/mtls/distribution-points.ts'

const uri = (text: string) => encode(primitive(6), Buffer.from(text))
const fullName = (...names: readonly Uint8Array[]) => encode(constructed(0), encode(constructed(0), ...names))
const points = (...list: readonly Uint8Array[]) => readDistributionPoints(readDer(encode(TAG.sequence, ...list)))

test('the places of whole lists of the issuer', () => {
  assert.deepEqual(points(encode(TAG.sequence, fullName(uri('http://a.test/'), uri('ldap://b.test/')))), [
    'http://a.test/',
    'ldap://b.test/',
  ])
  const someReasons = encode(
    TAG.sequence,
    fullName(uri('http://a.test/')),
    encode(primitive(1), Buffer.from([6, 0x40])),
  )
  const ofAnother = encode(TAG.sequence, fullName(uri('http://a.test/')), encode(constructed(2), uri('x')))
  assert.deepEqual(points(someReasons, ofAnother), [])
})

test('a name that is relative to an issuer is none that is known here', () => {
  const relative = encode(constructed(0), encode(constructed(1)))
  assert.equal(readPointName(readDer(relative, constructed(0))), undefined)
  assert.deepEqual(points(encode(TAG.sequence, relative)), [])
  assert.throws(() => points(encode(TAG.sequence, fullName(uri('x')), uri('y'))), DerError)
})
