import { type Clock, systemClock } from '../../effects.ts'
import { assertFunction, assertKnownKeys, assertString } from '../../options.ts'
import { AUTHORITY_OPTIONS, type AuthorityOptions, LiveAuthorities, readAuthorities } from './authorities.ts'
import { type ClientFinder, clientFinder, type MtlsClient, type MtlsClientFinder } from './clients.ts'
import { ForwardedCertificates, type ForwardedOptions } from './forwarded/forwarded-certificates.ts'
import { type IdentityReader, identityReader, type MtlsIdentity } from './identity.ts'
import { type RevocationCheck, type RevocationOptions, revocationCheck } from './revocation-options.ts'

export interface MtlsOptions extends AuthorityOptions {
  /** Which words of a certificate say who the client is. */
  readonly identity: MtlsIdentity
  /** The clients: a table by the names in their certificates, or a function that is asked for every request. */
  readonly clients: Readonly<Record<string, MtlsClient>> | MtlsClientFinder
  /** How to know what has been revoked. `unchecked` is for certificates that live for hours. */
  readonly revocation: RevocationOptions | 'unchecked'
  /** Certificates that proxies in front have taken from clients. Default: none are believed. */
  readonly forwarded?: ForwardedOptions
  /** Of the challenge. Default `api`. */
  readonly realm?: string
  readonly now?: Clock
}

const FACTORY = 'mtlsAuthenticator'
const OPTIONS = [...AUTHORITY_OPTIONS, 'identity', 'clients', 'revocation', 'forwarded', 'realm', 'now']

export interface MtlsSettings {
  readonly identity: IdentityReader
  readonly clients: ClientFinder
  readonly realm: string
  readonly now: Clock
  readonly authorities: LiveAuthorities
  readonly revocation: RevocationCheck | undefined
  readonly forwarded: ForwardedCertificates | undefined
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function mtlsSettings(options: MtlsOptions): MtlsSettings {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { realm = 'api', now = systemClock } = options
  assertString(FACTORY, 'realm', realm)
  assertFunction(FACTORY, 'now', now)
  const identity = identityReader(FACTORY, options.identity)
  const { forwarded } = options
  const authorities = new LiveAuthorities(() => readAuthorities(FACTORY, options))
  return {
    ...{ identity, realm, now, authorities },
    forwarded: forwarded === undefined ? undefined : new ForwardedCertificates(FACTORY, forwarded),
    clients: clientFinder(FACTORY, options.clients, identity),
    revocation: revocationCheck(FACTORY, options.revocation, () => authorities.current.certificates, now),
  }
}
