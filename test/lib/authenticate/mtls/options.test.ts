import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { mtlsSettings } from '../../../../lib/authenticate/mtls/options.ts'
import { rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

suite('options of client certificates', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const good = {
    authorities: root.cert,
    identity: { by: 'dns' },
    clients: { 'a.test': { clientId: 'a' } },
    revocation: 'unchecked',
  } as const

  test('defaults', () => {
    const { realm, forwarded, revocation } = mtlsSettings(good)
    assert.deepEqual([realm, forwarded, revocation], ['api', undefined, undefined])
  })

  test('what is missing, unknown or wrong is told', () => {
    for (const [changes, word] of [
      [{ authorities: undefined }, 'authorities'],
      [{ identity: undefined }, 'identity'],
      [{ clients: undefined }, 'clients'],
      [{ revocation: undefined }, 'revocation'],
      [{ realm: '' }, 'realm'],
      [{ now: 5 }, 'now'],
      [{ forwarded: {} }, 'forwarded'],
      [{ forwarded: null }, 'forwarded'],
      [{ authority: root.cert }, 'authorities'],
    ] as const) {
      assertRefusedOption(() => mtlsSettings(untyped({ ...good, ...changes })), 'mtlsAuthenticator', word)
    }
  })
})
