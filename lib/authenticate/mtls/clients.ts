import type { Awaitable } from '../../effects.ts'
import { AuthError } from '../../errors.ts'
import { assertKnownKeys, invalidOption } from '../../options.ts'
import { createPrincipal, type Principal, type PrincipalFields } from '../../principal.ts'
import type { Certificate } from './certificate.ts'
import { formatName, onlyText } from './distinguished-name.ts'
import type { IdentityReader } from './identity.ts'
import type { CertificatePath } from './trust-store.ts'

/** Whom a certificate stands for, and what it may do. */
export interface MtlsClient {
  readonly clientId: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly tenantId?: string
  readonly tier?: string
}

/** A verified certificate, as `clients` is asked about it. */
export interface VerifiedCertificate {
  /** The names of the kind that `identity` says; at least one. */
  readonly names: readonly string[]
  /** SHA-256, lower-case hex. */
  readonly fingerprint: string
  /** Upper-case hex. */
  readonly serialNumber: string
  /** RFC 4514. */
  readonly subject: string
  readonly issuer: string
  /** Epoch seconds. */
  readonly notAfter: number
}

/** Finds the client of a certificate; `undefined` when nobody knows it. Asked for every request. */
export type MtlsClientFinder = (certificate: VerifiedCertificate) => Awaitable<MtlsClient | undefined>

export interface ClientFinder {
  readonly find: MtlsClientFinder
  /** Whether a certificate always has the same client. */
  readonly isTable: boolean
}

const CLIENT_KEYS = ['clientId', 'scopes', 'roles', 'tenantId', 'tier']

/**
 * Finds clients in a table by the names in their certificates, or with a function.
 * @throws TypeError when the table is empty, or holds what no certificate or no principal can
 */
export function clientFinder(
  factory: string,
  clients: Readonly<Record<string, MtlsClient>> | MtlsClientFinder,
  identity: IdentityReader,
): ClientFinder {
  if (typeof clients === 'function') return { find: clients, isTable: false }
  const owner = `${factory}.clients`
  if (typeof clients !== 'object' || clients === null || Object.keys(clients).length === 0) {
    throw invalidOption(
      factory,
      '"clients" must be a table of clients by the names in their certificates, or a function',
    )
  }
  const table = new Map<string, MtlsClient>()
  /** Two names of one client are no two clients. */
  const distinct = new Map<string, MtlsClient>()
  for (const [name, client] of Object.entries(clients)) {
    const spelled = identity.spell(name)
    if (spelled === undefined) throw invalidOption(owner, `"${name}" is no name of the kind that "identity" says`)
    if (table.has(spelled)) throw invalidOption(owner, `"${name}" is there twice`)
    assertKnownKeys(`${owner}["${name}"]`, client, CLIENT_KEYS)
    const problem = createPrincipal(fieldsOf(client))
    if (problem instanceof AuthError) throw invalidOption(`${owner}["${name}"]`, problem.reason)
    const { clientId, scopes, roles, tenantId, tier } = client
    const key = JSON.stringify([clientId, scopes, roles, tenantId, tier])
    const entry = distinct.get(key) ?? Object.freeze({ ...client })
    distinct.set(key, entry)
    table.set(spelled, entry)
  }
  return {
    isTable: true,
    find({ names }) {
      const [client, second] = new Set(names.flatMap((name) => table.get(name) ?? []))
      // A certificate that names two clients is neither's.
      return second === undefined ? client : undefined
    },
  }
}

export function verifiedCertificate({ certificates }: CertificatePath, identity: IdentityReader): VerifiedCertificate {
  const [leaf] = certificates
  return Object.freeze({
    names: Object.freeze([...new Set(identity.namesIn(leaf))]),
    fingerprint: leaf.fingerprint,
    serialNumber: leaf.serialNumber,
    subject: formatName(leaf.subject),
    issuer: formatName(leaf.issuer),
    notAfter: leaf.notAfter,
  })
}

/** The principal of a client, for as long as its whole path is good. */
export function principalOfClient(
  client: MtlsClient,
  path: CertificatePath,
  seen: VerifiedCertificate,
): Principal | AuthError {
  return createPrincipal({
    ...fieldsOf(client),
    credentialId: seen.fingerprint,
    expiresAt: path.notAfter,
    claims: { certificate: { ...seen, ...commonNameOf(path.certificates[0]), verify: 'SUCCESS' } },
  })
}

function commonNameOf({ subject }: Certificate): { readonly commonName?: string } {
  const commonName = onlyText(subject, 'CN')
  return commonName === undefined ? {} : { commonName }
}

function fieldsOf({ clientId, scopes, roles, tenantId, tier }: MtlsClient): PrincipalFields {
  return { kind: 'client', subject: clientId, clientId, method: 'mtls', scopes, roles, tenantId, tier }
}
