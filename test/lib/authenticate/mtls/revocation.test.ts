import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Certificate } from '../../../../lib/authenticate/mtls/certificate.ts'
import { type ResponderStatus, Revocation, type StatusSource } from '../../../../lib/authenticate/mtls/revocation.ts'
import type { ListStatus } from '../../../../lib/authenticate/mtls/revocation-lists.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

suite('lists and responders together', { skip: skipWithoutOpenssl }, async () => {
  const root = parsed(await rootAuthority())
  const certificates = [{ ...root }, { ...root }, root] as [Certificate, ...Certificate[]]
  const path = { certificates, notBefore: 0, notAfter: 0 }
  const says = <Status>(...answers: (Status | Promise<Status>)[]): StatusSource<Status> => {
    let asked = 0
    return { statusOf: () => answers[Math.min(asked++, answers.length - 1)] as Status | Promise<Status> }
  }
  const check = (lists?: StatusSource<ListStatus>, responders?: StatusSource<ResponderStatus>) =>
    new Revocation(lists, responders).problemOf(path)

  test('both must be content', () => {
    assert.equal(check(says<ListStatus>('good')), undefined)
    assert.equal(check(says<ListStatus>('good', 'revoked')), 'certificate revoked')
    assert.equal(check(says<ListStatus>('good'), says<ResponderStatus>('good', 'revoked')), 'certificate revoked')
    assert.equal(check(undefined, says<ResponderStatus>('unknown')), 'certificate unknown to its responder')
    assert.equal(check(undefined, says<ResponderStatus>('unasked')), undefined)
  })

  test('what no list covers, a responder must answer for', () => {
    assert.throws(() => check(says<ListStatus>('unlisted')), { name: 'DependencyError' })
    assert.throws(() => check(says<ListStatus>('unlisted'), says<ResponderStatus>('unasked')), {
      name: 'DependencyError',
    })
    assert.equal(check(says<ListStatus>('unlisted'), says<ResponderStatus>('good')), undefined)
  })

  test('answers that come later count like those at once', async () => {
    assert.equal(await check(says<ListStatus>(Promise.resolve('good'), 'revoked')), 'certificate revoked')
    assert.equal(await check(says<ListStatus>('good', Promise.resolve('revoked'))), 'certificate revoked')
    const later = says<ResponderStatus>(Promise.resolve('good'), Promise.resolve('revoked'))
    assert.equal(await check(says<ListStatus>('good'), later), 'certificate revoked')
    await assert.rejects(async () => check(says<ListStatus>(Promise.reject(new Error('down')))), /down/)
  })

  test('an authority is trusted by itself: nobody is asked about it', () => {
    const alone = { ...path, certificates: [root] as [Certificate] }
    assert.equal(new Revocation(says<ListStatus>('revoked'), undefined).problemOf(alone), undefined)
  })
})
