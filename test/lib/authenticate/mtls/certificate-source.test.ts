import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import {
  derOf,
  isFileName,
  readCertificates,
  readSource,
} from '../../../../lib/authenticate/mtls/certificate-source.ts'
import { derOfPem, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

suite('certificates from texts and files', { skip: skipWithoutOpenssl }, async () => {
  const folder = temporaryFolder()
  const root = await rootAuthority()
  const derFile = join(folder, 'root.der')
  writeFileSync(derFile, derOfPem(root.cert))
  const read = (sources: unknown) => readCertificates('test', 'authorities', sources)

  test('PEM, DER, and files with either; one or several', () => {
    for (const source of [root.cert, Buffer.from(root.cert), derOfPem(root.cert), root.certFile, derFile]) {
      assert.deepEqual(read(source)[0]?.der, derOfPem(root.cert))
    }
    assert.equal(read([root.cert + root.cert, root.certFile]).length, 3)
    assert.deepEqual([isFileName(root.cert), isFileName('a.pem'), isFileName(Buffer.from(''))], [false, true, false])
    assert.equal(derOf('', 'CERTIFICATE')?.length, 0)
  })

  test('what holds no certificate, or more than certificates, is refused by its name', () => {
    writeFileSync(join(folder, 'empty.pem'), '')
    const broken = Buffer.from(derOfPem(root.cert))
    broken[10] = (broken[10] ?? 0) ^ 0xff
    for (const [source, word] of [
      [join(folder, 'missing.pem'), 'missing.pem'],
      [folder, 'EISDIR'],
      [join(folder, 'empty.pem'), 'empty.pem'],
      [root.keyFile, 'CERTIFICATE'],
      [root.cert + root.key, 'CERTIFICATE'],
      [broken, 'cannot be read'],
      ['', 'authorities'],
      [[], 'at least one'],
      [undefined, 'authorities'],
      [[42], 'authorities'],
    ] as const) {
      assertRefusedOption(() => read(source), 'test', 'authorities', word)
    }
    assertRefusedOption(() => readSource('test', 'crl', root.cert, 'X509 CRL'), 'X509 CRL')
  })
})
