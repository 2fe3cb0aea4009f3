import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { certificateId, ocspRequest } from '../../../../../lib/authenticate/mtls/ocsp/request.ts'
import { Responders } from '../../../../../lib/authenticate/mtls/ocsp/responders.ts'
import { readOcspResponse } from '../../../../../lib/authenticate/mtls/ocsp/response.ts'
import { testClock } from '../../../../support/clock.ts'
import { eventually } from '../../../../support/eventually.ts'
import { atOnce } from '../../../../support/outcomes.ts'
import { parsed } from '../../../../support/parsed-certificate.ts'
import { CLIENT_USE, openssl, rootAuthority, skipWithoutOpenssl } from '../../../../support/pki.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const NOW = Math.floor(Date.now() / 1000)

suite('answers that are kept', { skip: skipWithoutOpenssl }, async () => {
  const folder = temporaryFolder()
  const root = await rootAuthority()
  const issued = await root.issue({ extensions: [...CLIENT_USE, 'authorityInfoAccess=OCSP;URI:http://ocsp.test/'] })
  const [certificate, issuer] = [parsed(issued), parsed(root)]

  async function answer(...validity: readonly string[]): Promise<Buffer> {
    const [request, response] = [join(folder, 'q.der'), join(folder, 'a.der')]
    writeFileSync(request, ocspRequest(certificateId(certificate, issuer)))
    const books = ['-index', root.indexFile, '-CA', root.certFile, '-rsigner', root.certFile, '-rkey', root.keyFile]
    await openssl('ocsp', '-reqin', request, '-respout', response, ...books, ...validity)
    return readFileSync(response)
  }

  function respondersWith(body: () => Promise<Response>, onFailure: 'refuse' | 'accept' = 'refuse') {
    const clock = testClock(NOW)
    let asked = 0
    const responders = new Responders({
      ...{ mayAsk: () => true, onFailure, deadlineMs: 20_000, now: clock.now, warn: () => undefined },
      fetch: () => {
        asked++
        return body()
      },
    })
    return { responders, clock, asked: () => asked, ask: () => responders.statusOf(certificate, issuer) }
  }

  test('one question is in flight, and its answer is good until its end, asked again at half of it', async () => {
    const der = await answer('-nmin', '10')
    const { ask, asked, clock } = respondersWith(async () => new Response(der))
    assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ['good', 'good', 'good'])
    assert.equal(asked(), 1)
    assert.equal(atOnce(ask()), 'good')
    clock.advance(400)
    assert.equal(atOnce(ask()), 'good')
    assert.equal(asked(), 2)
    clock.advance(300)
    await assert.rejects(async () => ask(), /out of date/)
  })

  test('an answer without an end is good for minutes', async () => {
    const der = await answer()
    const { ask, clock } = respondersWith(async () => new Response(der))
    assert.equal(await ask(), 'good')
    clock.advance(310)
    await assert.rejects(async () => ask(), /out of date/)
    clock.set(NOW - 3_600)
    await assert.rejects(async () => ask(), /future/)
  })

  test('an older answer does not take the place of a newer one, though it is not out of date itself', async () => {
    const before = await answer('-nmin', '60')
    const at = readOcspResponse(before, certificateId(certificate, issuer), issuer, NOW).thisUpdate
    await root.revoke(issued)
    await eventually(() => assert.ok(Math.floor(Date.now() / 1000) > at))
    const after = await answer('-nmin', '10')
    const answers = [after, before]
    const { ask, asked, clock } = respondersWith(async () => new Response(answers.shift() ?? before))
    assert.equal(await ask(), 'revoked')
    clock.advance(400)
    assert.equal(atOnce(ask()), 'revoked')
    await eventually(() => assert.equal(asked(), 2))
    assert.equal(atOnce(ask()), 'revoked')
    clock.advance(400)
    await assert.rejects(async () => ask(), /older/)
  })

  test('after a failure the next question waits a little', async () => {
    const { ask, asked, clock } = respondersWith(async () => Response.error())
    await assert.rejects(async () => ask(), { name: 'DependencyError' })
    await assert.rejects(async () => ask(), /next try/)
    assert.equal(asked(), 1)
    clock.advance(6)
    await assert.rejects(async () => ask(), { name: 'DependencyError' })
    assert.equal(asked(), 2)
    const soft = respondersWith(async () => Response.error(), 'accept')
    assert.equal(await soft.ask(), 'unasked')
    assert.equal(atOnce(soft.ask()), 'unasked')
  })

  test('who names no responder is not asked about', () => {
    const { responders } = respondersWith(async () => Response.error())
    assert.equal(responders.statusOf({ ...certificate, responders: [] }, issuer), 'unasked')
  })
})
