import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { LiveAuthorities, readAuthorities } from '../../../../lib/authenticate/mtls/authorities.ts'
import { rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

suite('authorities', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const partner = await rootAuthority({ subject: '/CN=Partner' })

  test('of a host, or the usual ones', () => {
    const authorities = readAuthorities('test', {
      authorities: root.cert,
      authoritiesByHost: { 'partners.test': partner.cert },
    })
    assert.notEqual(authorities.of('partners.test'), authorities.of('a.test'))
    assert.equal(authorities.of('b.test'), authorities.of('a.test'))
    assert.equal(authorities.certificates.length, 2)
  })

  test('options are checked', () => {
    const refused = (options: object, word: string) =>
      assertRefusedOption(() => readAuthorities('test', { authorities: root.cert, ...untyped<object>(options) }), word)
    refused({ authorities: [] }, 'authorities')
    refused({ authorities: undefined }, 'authorities')
    refused({ authoritiesByHost: { 'Partners.test': partner.cert } }, 'Partners.test')
    refused({ authoritiesByHost: { 'partners.test:443': partner.cert } }, 'port')
    refused({ authoritiesByHost: { 'partners.test': [] } }, 'partners.test')
    refused({ authoritiesByHost: null }, 'authoritiesByHost')
    refused({ maxIntermediates: 9 }, 'at most 8')
    refused({ maxIntermediates: -1 }, 'maxIntermediates')
    refused({ intermediates: 'missing.pem' }, 'intermediates')
  })

  test('are read anew on request; what cannot be read changes nothing', () => {
    const file = join(temporaryFolder(), 'ca.pem')
    writeFileSync(file, root.cert)
    const live = new LiveAuthorities(() => readAuthorities('test', { authorities: file }))
    const first = live.current
    writeFileSync(file, '')
    assert.throws(() => live.refresh(), TypeError)
    assert.equal(live.current, first)
    writeFileSync(file, partner.cert)
    live.refresh()
    assert.notEqual(live.current.certificates[0]?.fingerprint, first.certificates[0]?.fingerprint)
  })
})
