import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  escapedCertificate,
  escapedChain,
  readEscapedPem,
  writtenChain,
} from '../../../../../lib/authenticate/mtls/forwarded/escaped-pem.ts'

const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`

test('a plus sign is itself: this is no form', () => {
  const text = pem('+/+/')
  for (const escaped of [
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll('%2B', '+').replaceAll('%2F', '/'),
  ]) {
    assert.deepEqual(
      readEscapedPem(escaped)?.map((der) => Buffer.from(der).toString('base64')),
      ['+/+/'],
    )
  }
  for (const bad of ['%zz', '%E0%A4', '-----BEGIN CERTIFICATE-----']) assert.equal(readEscapedPem(bad), undefined, bad)
})

test('one certificate, or a chain with the client first', () => {
  const two = encodeURIComponent(pem('AQID') + pem('BAUG'))
  assert.equal(
    escapedCertificate('x').read(() => two),
    undefined,
  )
  assert.equal(
    escapedCertificate('x').read(() => undefined),
    undefined,
  )
  assert.equal(escapedChain('x').read(() => two)?.others.length, 1)
  assert.equal(
    escapedChain('x').read(() => ''),
    undefined,
  )
  assert.equal(writtenChain(undefined), undefined)
})
