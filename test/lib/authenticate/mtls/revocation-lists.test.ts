import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { RevocationLists } from '../../../../lib/authenticate/mtls/revocation-lists.ts'
import { testClock } from '../../../support/clock.ts'
import { atOnce } from '../../../support/outcomes.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { derOfPem, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const NOW = Math.floor(Date.now() / 1000)

suite('several lists', { skip: skipWithoutOpenssl }, async () => {
  const folder = temporaryFolder()
  const root = await rootAuthority()
  const other = await rootAuthority({ subject: '/CN=Other' })
  const bad = await root.issue()
  await root.revoke(bad)
  const clock = testClock(NOW)
  const settings = {
    authorities: () => [parsed(root), parsed(other)],
    ...{ refreshAfterSeconds: 300, deadlineMs: 20_000, now: clock.now, warn: () => undefined },
    fetch: async () => Response.error(),
  }
  const authority = parsed(root)

  test('those of the issuer are asked, at once', async () => {
    const lists = new RevocationLists('test', [await root.list(), derOfPem(await other.list())], settings)
    assert.equal(atOnce(lists.statusOf(parsed(bad), authority)), 'revoked')
    assert.equal(atOnce(lists.statusOf(parsed(await root.issue()), authority)), 'good')
    assert.equal(atOnce(lists.statusOf(parsed(bad), parsed(other))), 'good')
    const stranger = parsed(await rootAuthority())
    assert.equal(atOnce(lists.statusOf(parsed(bad), stranger)), 'unlisted')
  })

  test('one that is not out of date is enough; with none it is not known', async () => {
    const good = parsed(await root.issue())
    const brief = await root.list({ thisUpdate: NOW - 20, nextUpdate: NOW + 60 })
    const lists = new RevocationLists('test', [brief], settings)
    const both = new RevocationLists('test', [brief, await root.list()], settings)
    clock.set(NOW + 61)
    assert.throws(() => lists.statusOf(good, authority), { name: 'DependencyError', message: /out of date/ })
    assert.equal(atOnce(both.statusOf(good, authority)), 'good')
    clock.set(NOW - 3_600)
    assert.throws(() => lists.statusOf(good, authority), /out of date/)
    clock.set(NOW)
  })

  test('a place that never answered could have any list: nothing is known', async () => {
    const lists = new RevocationLists('test', [await root.list(), 'https://crl.test/'], settings)
    await assert.rejects(async () => lists.statusOf(parsed(bad), authority), { name: 'DependencyError' })
    await assert.rejects(lists.refresh(), { name: 'DependencyError' })
  })

  test('files are read anew on request', async () => {
    const file = join(folder, 'root.crl')
    writeFileSync(file, await root.list())
    const lists = new RevocationLists('test', [file], settings)
    const next = await root.issue()
    assert.equal(atOnce(lists.statusOf(parsed(next), authority)), 'good')
    await root.revoke(next)
    writeFileSync(file, await root.list())
    await lists.refresh()
    assert.equal(atOnce(lists.statusOf(parsed(next), authority)), 'revoked')
    writeFileSync(file, 'garbage')
    await assert.rejects(lists.refresh(), { name: 'DependencyError' })
    assert.equal(atOnce(lists.statusOf(parsed(next), authority)), 'revoked')
  })
})
