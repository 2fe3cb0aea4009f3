import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { identityReader, type MtlsIdentity } from '../../../../lib/authenticate/mtls/identity.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { CLIENT_USE, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const reader = (identity: MtlsIdentity) => identityReader('test', identity)
const SPIFFE: MtlsIdentity = { by: 'spiffe', trustDomains: ['acme.test'] }

test('names are spelled in one way', () => {
  const spell = (by: 'uri' | 'dns' | 'email' | 'fingerprint' | 'subject' | 'common-name', name: string) =>
    reader({ by }).spell(name)
  assert.equal(spell('dns', 'Orders.ACME.test'), 'orders.acme.test')
  assert.equal(spell('email', 'A.b@ACME.test'), 'A.b@acme.test')
  assert.equal(spell('uri', 'urn:acme:Orders'), 'urn:acme:Orders')
  assert.equal(spell('fingerprint', `${'AB:'.repeat(31)}CD`), `${'ab'.repeat(31)}cd`)
  assert.equal(spell('subject', 'cn=orders,o=Acme'), 'CN=orders,O=Acme')
  assert.equal(spell('common-name', 'orders'), 'orders')
  for (const [by, name] of [
    ['dns', '*.acme.test'],
    ['dns', 'acme..test'],
    ['dns', 'foo.acme, DNS:alice.acme'],
    ['dns', 'acme.test.'],
    ['dns', 'a\0.test'],
    ['email', 'a@b@c'],
    ['email', '@acme.test'],
    ['uri', 'orders'],
    ['uri', 'urn:a b'],
    ['fingerprint', 'ab'],
    ['subject', '/CN=orders'],
    ['common-name', ''],
  ] as const) {
    assert.equal(spell(by, name), undefined, `${by}: ${name}`)
  }
})

test('SPIFFE ids are strict, and of one of the trust domains', () => {
  const { spell } = reader(SPIFFE)
  assert.equal(spell('spiffe://acme.test/ns/prod/sa/orders'), 'spiffe://acme.test/ns/prod/sa/orders')
  for (const id of [
    ...['spiffe://other.test/x', 'spiffe://acme.test.evil.test/x', 'spiffe://acme.test', 'spiffe://acme.test/'],
    ...['spiffe://acme.test/a//b', 'spiffe://acme.test/a/', 'spiffe://acme.test/../x', 'spiffe://acme.test/./x'],
    ...['spiffe://acme.test:443/x', 'spiffe://u@acme.test/x', 'spiffe://acme.test/x?y', 'spiffe://acme.test/x#y'],
    ...[
      'SPIFFE://acme.test/x',
      'spiffe://ACME.test/x',
      'spiffe://acme.test/%61',
      `spiffe://acme.test/${'a'.repeat(2048)}`,
    ],
  ]) {
    assert.equal(spell(id), undefined, id)
  }
  assert.equal(spell('spiffe://acme.test/...'), 'spiffe://acme.test/...')
})

test('options are checked', () => {
  const refused = (identity: unknown, word: string) =>
    assertRefusedOption(() => reader(untyped(identity)), 'test', word)
  refused(undefined, 'object')
  refused({ by: 'cn' }, 'by')
  refused({ by: 'spiffe' }, 'trustDomains')
  refused({ by: 'spiffe', trustDomains: ['spiffe://acme.test'] }, 'trust domain')
  refused({ by: 'dns', trustDomains: ['acme.test'] }, 'trustDomains')
})

suite('names in certificates of openssl', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const names = async (identity: MtlsIdentity, subject: string, altName?: string) => {
    const extensions = altName === undefined ? CLIENT_USE : [...CLIENT_USE, `subjectAltName=${altName}`]
    return reader(identity).namesIn(parsed(await root.issue({ subject, extensions })))
  }

  test('only those of the kind that is asked for', async () => {
    const all = 'URI:spiffe://acme.test/orders,DNS:Orders.acme.test,DNS:*.acme.test,email:a@acme.test'
    assert.deepEqual(await names({ by: 'dns' }, '/CN=x.test', all), ['orders.acme.test'])
    assert.deepEqual(await names({ by: 'email' }, '/CN=x', all), ['a@acme.test'])
    assert.deepEqual(await names({ by: 'uri' }, '/CN=x', all), ['spiffe://acme.test/orders'])
    assert.deepEqual(await names(SPIFFE, '/CN=x', all), ['spiffe://acme.test/orders'])
    assert.deepEqual(await names({ by: 'dns' }, '/CN=orders.acme.test'), [])
    assert.deepEqual(await names({ by: 'dns' }, '/CN=x', 'URI:alice.acme,email:alice@acme'), [])
    assert.deepEqual(await names(SPIFFE, '/CN=x', 'URI:spiffe://acme.test/a,URI:https://acme.test/b'), [])
  })

  test('a name that looks like several is one that nobody has', async () => {
    const injected = 'foo.acme, DNS:alice.acme'
    const der = Buffer.concat([Buffer.from([0x30, injected.length + 2, 0x82, injected.length]), Buffer.from(injected)])
    const made = await root.issue({ extensions: [...CLIENT_USE, `subjectAltName=DER:${der.toString('hex')}`] })
    assert.deepEqual(parsed(made).names, [{ kind: 'dns', value: injected }])
    assert.deepEqual(reader({ by: 'dns' }).namesIn(parsed(made)), [])
  })

  test('a common name that is the only one', async () => {
    assert.deepEqual(await names({ by: 'common-name' }, '/O=Acme/CN=orders'), ['orders'])
    assert.deepEqual(await names({ by: 'common-name' }, '/CN=orders/CN=admin'), [])
    assert.deepEqual(await names({ by: 'common-name' }, '/O=Acme'), [])
    assert.deepEqual(await names({ by: 'subject' }, '/O=Acme/CN=orders'), ['CN=orders,O=Acme'])
  })
})
