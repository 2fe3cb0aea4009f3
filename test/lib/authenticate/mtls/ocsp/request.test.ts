import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { certificateId, ocspRequest } from '../../../../../lib/authenticate/mtls/ocsp/request.ts'
import { parsed } from '../../../../support/parsed-certificate.ts'
import { openssl, rootAuthority, skipWithoutOpenssl } from '../../../../support/pki.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

suite('questions', { skip: skipWithoutOpenssl }, async () => {
  test('are those that openssl asks, byte for byte', async () => {
    const root = await rootAuthority()
    const client = await root.issue()
    const file = join(temporaryFolder(), 'request.der')
    await openssl('ocsp', '-issuer', root.certFile, '-cert', client.certFile, '-no_nonce', '-reqout', file)
    const request = ocspRequest(certificateId(parsed(client), parsed(root)))
    assert.deepEqual(Buffer.from(request), readFileSync(file))
  })
})
