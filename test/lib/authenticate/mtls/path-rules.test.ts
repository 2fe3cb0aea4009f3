import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { clientProblem, isIssuerOf } from '../../../../lib/authenticate/mtls/path-rules.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { AUTHORITY_USE, CLIENT_USE, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

const RULES = { at: Math.floor(Date.now() / 1000), isCheckedByTls: false }

suite('rules of a path', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const issue = async (extensions: readonly string[]) => parsed(await root.issue({ extensions }))

  test('what a client may be known by', async () => {
    const problems = new Map<string | undefined, readonly string[]>([
      [undefined, CLIENT_USE],
      ['critical extension', [...CLIENT_USE, '1.2.3.4=critical,DER:0500']],
      ['certificate not for clients', ['extendedKeyUsage=serverAuth']],
      ['key not for signatures', ['keyUsage=keyEncipherment']],
      ['certificate of an authority', AUTHORITY_USE.slice(0, 1)],
    ])
    for (const [problem, extensions] of problems) assert.equal(clientProblem(await issue(extensions), false), problem)
    assert.equal(clientProblem(await issue([]), false), undefined)
    assert.equal(clientProblem(await issue(['keyUsage=keyAgreement']), false), undefined)
    assert.equal(clientProblem(await issue(AUTHORITY_USE.slice(0, 1)), true), undefined)
    assert.equal(clientProblem(parsed(await root.issue({ key: ['rsa:1024'] })), false), 'weak key')
  })

  test('who may have signed', async () => {
    const leaf = await issue(CLIENT_USE)
    const authority = parsed(root)
    assert.equal(isIssuerOf([leaf], authority, RULES), true)
    assert.equal(isIssuerOf([leaf], parsed(await rootAuthority()), RULES), false)
    for (const changes of [
      { isAuthority: false },
      { mayKey: () => false },
      { unknownCritical: ['1.2.3.4'] },
      { purposes: ['1.3.6.1.5.5.7.3.1'] },
      { hasNameConstraints: true },
      { notAfter: RULES.at - 1 },
      { notBefore: RULES.at + 1 },
      { subjectKey: 'another' },
    ]) {
      assert.equal(isIssuerOf([leaf], { ...authority, ...changes }, RULES), false, Object.keys(changes)[0])
    }
    assert.equal(isIssuerOf([], authority, RULES), false)
  })

  test('how many authorities may stand below counts those with another issuer than themselves', async () => {
    const issuing = await root.issueAuthority()
    const below = [parsed(await issuing.issue()), parsed(issuing)]
    assert.equal(isIssuerOf(below, { ...parsed(root), pathLength: 0 }, RULES), false)
    assert.equal(isIssuerOf(below, { ...parsed(root), pathLength: 1 }, RULES), true)
  })
})
