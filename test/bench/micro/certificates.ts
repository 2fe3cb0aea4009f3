import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClientCertificate, createPipeline, mtlsAuthenticator, type RawRequest } from 'gatewarden'
import { findProgram } from '../../support/server-program.ts'
import type { Stage } from './clock.ts'
import { rawWith } from './requests.ts'

const LISTED = 50_000

/** A client's certificate on a connection that stays, with a list of fifty thousand; nothing where there is no openssl. */
export function certificateStages(): readonly Stage[] {
  const openssl = findProgram('openssl', process.env.OPENSSL)
  if (openssl === undefined) return []
  const { root, leaf, list } = makeCertificates(openssl)
  const authenticate = mtlsAuthenticator({
    authorities: root,
    identity: { by: 'dns' },
    clients: { 'client.test': { clientId: 'client' } },
    revocation: { crls: [list] },
  })
  const { stages } = createPipeline({ authenticate })
  const certificateOf = (): ClientCertificate => ({
    der: leaf,
    isAuthorized: true,
    chain: [],
    serverName: undefined,
  })
  const kept = certificateOf()
  const stage = (name: string, certificate: () => ClientCertificate): Stage => ({
    name,
    prepare: () => admitted(rawWith(['Accept', '*/*']), certificate()),
    run: stages.authenticate,
  })
  const admitted = (raw: RawRequest, clientCertificate: ClientCertificate) => {
    const request = stages.admit(Object.defineProperty(raw, 'clientCertificate', { value: clientCertificate }), 'http')
    if (request instanceof Error) throw request
    return request.request
  }
  return [
    stage('authenticate: certificate, kept-alive', () => kept),
    stage('authenticate: certificate, new connection', certificateOf),
  ]
}

interface Made {
  readonly root: string
  readonly leaf: Uint8Array
  readonly list: string
}

function makeCertificates(openssl: string): Made {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'))
  const file = (name: string) => join(folder, name)
  const run = (...args: readonly string[]) => execFileSync(openssl, args, { stdio: 'ignore' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const config = ['[ca]', 'default_ca=books', '[books]', `database=${file('index.txt')}`, 'default_md=sha256', '']
  try {
    writeFileSync(file('ca.cnf'), config.join('\n'))
    const entry = (index: number) =>
      `R\t400101000000Z\t250101000000Z\t${(0x7000000000 + index).toString(16)}\tunknown\t/CN=x\n`
    writeFileSync(file('index.txt'), Array.from({ length: LISTED }, (_, index) => entry(index)).join(''))
    const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
    run('req', '-x509', ...newKey, '-subj', '/CN=root', ...usage, '-keyout', file('root.key'), '-out', file('root.pem'))
    const name = ['-subj', '/CN=client', '-addext', 'subjectAltName=DNS:client.test']
    run('req', ...newKey, ...name, '-keyout', file('leaf.key'), '-out', file('leaf.csr'))
    const signer = ['-CA', file('root.pem'), '-CAkey', file('root.key'), '-CAcreateserial', '-copy_extensions', 'copy']
    run('x509', '-req', ...signer, '-in', file('leaf.csr'), '-outform', 'DER', '-out', file('leaf.der'))
    const own = ['-cert', file('root.pem'), '-keyfile', file('root.key'), '-crldays', '2']
    run('ca', '-gencrl', '-config', file('ca.cnf'), ...own, '-out', file('root.crl'))
    const text = (made: string) => readFileSync(file(made), 'utf8')
    return { root: text('root.pem'), leaf: readFileSync(file('leaf.der')), list: text('root.crl') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
