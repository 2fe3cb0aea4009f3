import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Certificate } from '../../../../lib/authenticate/mtls/certificate.ts'
import { TrustStore } from '../../../../lib/authenticate/mtls/trust-store.ts'
import { cpuTimed } from '../../../support/cpu-time.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { AUTHORITY_USE, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

const NOW = Math.floor(Date.now() / 1000)

suite('paths to an authority', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const issuing = await root.issueAuthority()
  const leaf = parsed(await issuing.issue({ notBefore: NOW - 600, notAfter: NOW + 600 }))
  const presented = (others: readonly Certificate[] = [], isCheckedByTls = false) => ({ leaf, others, isCheckedByTls })

  test('through what is presented, in any order, or configured', () => {
    const store = new TrustStore([parsed(root)], [], 3)
    const path = store.pathOf(presented([parsed(root), leaf, parsed(issuing)]), NOW)
    assert.ok(typeof path !== 'string')
    assert.deepEqual(
      path.certificates.map(({ fingerprint }) => fingerprint),
      [leaf, parsed(issuing), parsed(root)].map(({ fingerprint }) => fingerprint),
    )
    const knowing = new TrustStore([parsed(root)], [parsed(issuing)], 3)
    assert.ok(typeof knowing.pathOf(presented(), NOW) !== 'string')
    assert.equal(new TrustStore([parsed(root)], [], 3).pathOf(presented(), NOW), 'no path to an authority')
  })

  test('an intermediate that was good is known from then on', () => {
    const store = new TrustStore([parsed(root)], [], 3)
    assert.equal(store.pathOf(presented(), NOW), 'no path to an authority')
    store.pathOf(presented([parsed(issuing)]), NOW)
    assert.ok(typeof store.pathOf(presented(), NOW) !== 'string')
  })

  test('an authority that is a root of nobody is the end all the same', () => {
    const store = new TrustStore([parsed(issuing)], [], 0)
    const path = store.pathOf(presented(), NOW)
    assert.ok(typeof path !== 'string' && path.certificates.length === 2)
  })

  test('a renewed authority of the same key is taken when the former has ended', async () => {
    const old = { ...parsed(issuing), notAfter: NOW - 60 }
    const store = new TrustStore([old, parsed(issuing)], [], 0)
    const path = store.pathOf(presented(), NOW)
    assert.ok(typeof path !== 'string' && path.notAfter > NOW)
  })

  test("many certificates of the issuer's name cost a bounded number of signatures", async () => {
    const twins: Certificate[] = []
    for (let index = 0; index < 3; index++) twins.push(parsed(await rootAuthority({ subject: '/O=Test/CN=Issuing' })))
    const crowd = Array.from({ length: 300 }, (_, index) => ({ ...(twins[index % 3] as Certificate) }))
    const chain = presented([...crowd, parsed(issuing)])
    const { took } = cpuTimed(() => {
      const store = new TrustStore([parsed(root)], [], 3)
      assert.equal(store.pathOf(chain, NOW), 'no path to an authority')
    })
    assert.ok(took < 1_000, `took ${took} ms`)
  })

  test('constraints of names are left to TLS, where TLS has looked', async () => {
    const constrained = await root.issueAuthority({
      extensions: [...AUTHORITY_USE, 'nameConstraints=critical,permitted;URI:acme.test'],
    })
    const below = parsed(await constrained.issue())
    const store = new TrustStore([parsed(root)], [parsed(constrained)], 3)
    assert.equal(store.pathOf({ leaf: below, others: [], isCheckedByTls: false }, NOW), 'no path to an authority')
    assert.ok(typeof store.pathOf({ leaf: below, others: [], isCheckedByTls: true }, NOW) !== 'string')
  })

  test('a self-signed certificate that is itself trusted stands for itself, and for nobody else', async () => {
    const alone = await rootAuthority({ subject: '/CN=alone', extensions: ['basicConstraints=CA:TRUE'] })
    const store = new TrustStore([parsed(alone)], [], 3)
    const own = store.pathOf({ leaf: parsed(alone), others: [], isCheckedByTls: true }, NOW)
    assert.ok(typeof own !== 'string' && own.certificates.length === 1)
    const pinnedLeaf = new TrustStore([leaf], [], 3)
    assert.ok(typeof pinnedLeaf.pathOf(presented(), NOW) !== 'string')
    const sibling = parsed(await issuing.issue())
    assert.equal(pinnedLeaf.pathOf({ leaf: sibling, others: [], isCheckedByTls: true }, NOW), 'no path to an authority')
  })

  test('dates, to the second', () => {
    const store = new TrustStore([parsed(root)], [parsed(issuing)], 3)
    assert.ok(typeof store.pathOf(presented(), leaf.notAfter) !== 'string')
    assert.equal(store.pathOf(presented(), leaf.notAfter + 1), 'certificate expired')
    assert.equal(store.pathOf(presented(), leaf.notBefore - 1), 'certificate not yet valid')
  })
})
