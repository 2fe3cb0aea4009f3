import { assertPositiveNumber, invalidOption } from '../../options.ts'
import type { Certificate } from './certificate.ts'
import { type PemSource, readCertificates } from './certificate-source.ts'
import { TrustStore } from './trust-store.ts'

export interface AuthorityOptions {
  /**
   * The certificates of the authorities that clients' are accepted from, or a self-signed client certificate itself. PEM,
   * DER, or the names of files.
   */
  readonly authorities: PemSource | readonly PemSource[]
  /** Other authorities for some hosts, in their place: `{ 'partners.example.com': 'partners-ca.pem' }`. */
  readonly authoritiesByHost?: Readonly<Record<string, PemSource | readonly PemSource[]>>
  /**
   * Certificates between clients and authorities, trusted for nothing by themselves. Name them: Node.js does not always hand
   * on those that a client sends.
   */
  readonly intermediates?: PemSource | readonly PemSource[]
  /** How many certificates may stand between a client's and an authority's. Default 3, at most 8. */
  readonly maxIntermediates?: number
}

export const AUTHORITY_OPTIONS: readonly string[] = [
  'authorities',
  'authoritiesByHost',
  'intermediates',
  'maxIntermediates',
]

/** As requests have it: a name or an address. */
const HOST = /^(?:[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?|\[[0-9a-f:.]+\])$/

/** Whom to trust for a request to a host. */
export interface Authorities {
  /** All of them, with what is between. */
  readonly certificates: readonly Certificate[]
  of(host: string): TrustStore
}

/**
 * Reads the authorities; files anew, each time.
 * @throws TypeError when one is missing or cannot be read
 */
export function readAuthorities(factory: string, options: AuthorityOptions): Authorities {
  const { authorities, authoritiesByHost = {}, intermediates, maxIntermediates = 3 } = options
  assertPositiveNumber(factory, 'maxIntermediates', maxIntermediates, 0, 8)
  const between = intermediates === undefined ? [] : readCertificates(factory, 'intermediates', intermediates)
  const certificates: Certificate[] = [...between]
  const storeOf = (name: string, sources: unknown) => {
    const trusted = readCertificates(factory, name, sources)
    certificates.push(...trusted)
    return new TrustStore(trusted, between, maxIntermediates)
  }
  const usual = storeOf('authorities', authorities)
  if (typeof authoritiesByHost !== 'object' || authoritiesByHost === null) {
    throw invalidOption(factory, '"authoritiesByHost" must be an object of authorities by host')
  }
  const byHost = new Map<string, TrustStore>()
  for (const [host, sources] of Object.entries(authoritiesByHost)) {
    if (!HOST.test(host)) {
      throw invalidOption(factory, `"authoritiesByHost" holds "${host}"; a host is lower-case and without port`)
    }
    byHost.set(host, storeOf(`authoritiesByHost["${host}"]`, sources))
  }
  return { certificates, of: (host) => byHost.get(host) ?? usual }
}

/** The authorities as they were read last. */
export class LiveAuthorities {
  readonly #read: () => Authorities
  #current: Authorities

  constructor(read: () => Authorities) {
    this.#read = read
    this.#current = read()
  }

  get current(): Authorities {
    return this.#current
  }

  /** @throws TypeError when one cannot be read; the former ones stay */
  refresh(): void {
    this.#current = this.#read()
  }
}
