import { after } from 'node:test'
import { unusedPort } from './free-port.ts'
import { type IssuedCertificate, opensslProgram, type TestAuthority } from './pki.ts'
import { RunningProcess } from './running-process.ts'

export const RESPONDER_USE: readonly string[] = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=OCSPSigning']

export interface OcspResponder {
  readonly url: string
  stop(): Promise<void>
}

/**
 * openssl's responder over the books of an authority, until the end of the suite.
 * @param options such as `['-nmin', '5']`: how long its answers are good
 */
export async function ocspResponder(
  authority: TestAuthority,
  signer: IssuedCertificate,
  options: readonly string[] = ['-nmin', '5'],
  port?: number,
): Promise<OcspResponder> {
  const listening = port ?? (await unusedPort())
  const files = ['-index', authority.indexFile, '-CA', authority.certFile]
  const signing = ['-rsigner', signer.certFile, '-rkey', signer.keyFile]
  const args = ['ocsp', '-port', String(listening), ...files, ...signing, '-rmd', 'sha256', ...options]
  const running = new RunningProcess(opensslProgram ?? 'openssl', args)
  after(() => running.end('SIGKILL'))
  const url = `http://127.0.0.1:${listening}`
  // A connection that says nothing would keep openssl from all others, so none is made to see whether it listens.
  let said = ''
  for (const stream of [running.child.stdout, running.child.stderr]) {
    stream?.on('data', (text: string) => {
      said += text
    })
  }
  await running.ready(async () => said.includes('waiting for OCSP client connections'))
  return { url, stop: () => running.end('SIGKILL') }
}
