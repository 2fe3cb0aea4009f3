import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pemBlocks } from '../../../../lib/authenticate/mtls/pem.ts'

const block = (label: string, body = 'AQID') => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`

test('every block of a label, and what openssl writes around them', () => {
  const text = `subject=CN = x\n${block('CERTIFICATE')}issuer\r\n${block('CERTIFICATE', 'BAUG').replaceAll('\n', '\r\n')}`
  assert.deepEqual(
    pemBlocks(text, 'CERTIFICATE')?.map((der) => [...der]),
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  )
  assert.deepEqual(pemBlocks('nothing', 'CERTIFICATE'), [])
})

test('a block of another label, one that is cut off and one that is no base64 are told, not skipped', () => {
  for (const text of [
    block('CERTIFICATE') + block('PRIVATE KEY'),
    block('CERTIFICATE') + block('CERTIFICATE').slice(0, -10),
    block('CERTIFICATE', 'AQI'),
    block('CERTIFICATE', 'AQIDB==='),
    block('CERTIFICATE', 'AQI-'),
    block('CERTIFICATE', ''),
    block('CERTIFICATE').replace('END CERTIFICATE', 'END X509 CRL'),
  ]) {
    assert.equal(pemBlocks(text, 'CERTIFICATE'), undefined, text)
  }
})
