import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ClientAnswers } from '../../../../lib/authenticate/mtls/client-answers.ts'
import { clientFinder, type MtlsClient, type MtlsClientFinder } from '../../../../lib/authenticate/mtls/clients.ts'
import { identityReader } from '../../../../lib/authenticate/mtls/identity.ts'
import { TrustStore } from '../../../../lib/authenticate/mtls/trust-store.ts'
import { atOnce, errorIn, principalIn } from '../../../support/outcomes.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

suite('whom a certificate stands for', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const leaf = parsed(await root.issue())
  const path = new TrustStore([parsed(root)], [], 1).pathOf({ leaf, others: [], isCheckedByTls: true }, leaf.notBefore)
  const identity = identityReader('test', { by: 'spiffe', trustDomains: ['acme.test'] })
  const answersOf = (clients: Readonly<Record<string, MtlsClient>> | MtlsClientFinder) =>
    new ClientAnswers({ identity, clients: clientFinder('test', clients, identity) })

  test('a table says it once, at once', () => {
    assert.ok(typeof path !== 'string')
    const answers = answersOf({ 'spiffe://acme.test/orders': { clientId: 'orders' } })
    assert.equal(atOnce(answers.of(path)), atOnce(answers.of(path)))
  })

  test('a function is asked for every request, also for what it changed in place', async () => {
    assert.ok(typeof path !== 'string')
    const client = { clientId: 'orders', scopes: ['read'] }
    let isKnown = true
    const answers = answersOf(({ names }) => (isKnown && names.length === 1 ? client : undefined))
    assert.deepEqual((await principalIn(answers.of(path))).scopes, ['read'])
    client.scopes = []
    assert.deepEqual((await principalIn(answers.of(path))).scopes, [])
    isKnown = false
    assert.equal((await errorIn(answers.of(path))).reason, 'unknown client')
    const later = answersOf(async () => client)
    assert.equal((await principalIn(later.of(path))).clientId, 'orders')
  })

  test('what a function makes up that is no client is refused', async () => {
    assert.ok(typeof path !== 'string')
    assert.equal((await errorIn(answersOf(() => ({ clientId: 'a\nb' })).of(path))).code, 'invalid_token')
    assert.throws(() => answersOf(() => assert.fail('down')).of(path))
  })
})
