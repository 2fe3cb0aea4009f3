import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { clientFinder, principalOfClient, verifiedCertificate } from '../../../../lib/authenticate/mtls/clients.ts'
import { identityReader } from '../../../../lib/authenticate/mtls/identity.ts'
import { TrustStore } from '../../../../lib/authenticate/mtls/trust-store.ts'
import { AuthError } from '../../../../lib/errors.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { CLIENT_USE, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const dns = identityReader('test', { by: 'dns' })
const NOBODY = { names: [], fingerprint: '', serialNumber: '', subject: '', issuer: '', notAfter: 0 }

test('a table finds a client by any of its names, and nobody by the names of two', () => {
  const table = { 'a.test': { clientId: 'a' }, 'B.test': { clientId: 'b' } }
  const { find, isTable } = clientFinder('test', table, dns)
  assert.equal(isTable, true)
  const named = (...names: readonly string[]) => find({ ...NOBODY, names })
  assert.deepEqual(named('x.test', 'a.test'), { clientId: 'a' })
  assert.deepEqual(named('b.test'), { clientId: 'b' })
  assert.equal(named('a.test', 'b.test'), undefined)
  assert.equal(named('constructor'), undefined)
  table['a.test'].clientId = 'changed'
  assert.deepEqual(named('a.test'), { clientId: 'a' })
})

test('two names of one client are one client, unless they open different things', () => {
  const { find } = clientFinder(
    'test',
    {
      'a.test': { clientId: 'a', scopes: ['read'] },
      'b.test': { scopes: ['read'], clientId: 'a' },
      'c.test': { clientId: 'a', scopes: ['write'] },
    },
    dns,
  )
  assert.deepEqual(find({ ...NOBODY, names: ['a.test', 'b.test'] }), { clientId: 'a', scopes: ['read'] })
  assert.equal(find({ ...NOBODY, names: ['a.test', 'c.test'] }), undefined)
})

test('what is wrong in a table is told at boot', () => {
  const refused = (clients: unknown, word: string) =>
    assertRefusedOption(() => clientFinder('test', untyped(clients), dns), 'test', word)
  refused({}, 'clients')
  refused(undefined, 'clients')
  refused({ '*.acme.test': { clientId: 'a' } }, '*.acme.test')
  refused({ 'a.test': { clientId: 'a' }, 'A.test': { clientId: 'b' } }, 'twice')
  refused({ 'a.test': { clientId: '' } }, 'represented')
  refused({ 'a.test': { clientId: 'a', scope: [] } }, 'scope')
  refused({ 'a.test': { clientId: 'a', roles: ['x,y'] } }, 'roles')
})

suite('the principal of a client', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const leaf = parsed(
    await root.issue({
      subject: '/O=Acme/CN=orders',
      extensions: [...CLIENT_USE, 'subjectAltName=DNS:a.test,DNS:A.test'],
    }),
  )
  const path = new TrustStore([parsed(root)], [], 1).pathOf({ leaf, others: [], isCheckedByTls: true }, leaf.notBefore)

  test('is what the table says, until the first of the path ends, and tells of the certificate', () => {
    assert.ok(typeof path !== 'string')
    const seen = verifiedCertificate(path, dns)
    assert.deepEqual(seen.names, ['a.test'])
    const client = { clientId: 'a', scopes: ['read'], roles: ['r'], tenantId: 't', tier: 'gold' }
    const principal = principalOfClient(client, path, seen)
    assert.ok(!(principal instanceof AuthError))
    const { kind, subject, method, clientId, scopes, tier, credentialId, expiresAt, claims } = principal
    assert.deepEqual(
      { kind, subject, method, clientId, scopes, tier, credentialId, expiresAt },
      {
        ...{ kind: 'client', subject: 'a', method: 'mtls', clientId: 'a', scopes: ['read'], tier: 'gold' },
        ...{ credentialId: leaf.fingerprint, expiresAt: path.notAfter },
      },
    )
    const certificate = claims.certificate as Record<string, unknown>
    assert.equal(certificate.subject, 'CN=orders,O=Acme')
    assert.equal(certificate.issuer, 'CN=Root,O=Test')
    assert.equal(certificate.commonName, 'orders')
    assert.ok(principalOfClient({ clientId: '' }, path, seen) instanceof AuthError)
  })
})
