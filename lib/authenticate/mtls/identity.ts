import { assertKnownKeys, assertOneOf, assertStrings, invalidOption } from '../../options.ts'
import type { Certificate } from './certificate.ts'
import { formatName, onlyText } from './distinguished-name.ts'
import { parseName } from './name-text.ts'

/** Which words of a certificate say who the client is. No other kind of name in it counts. */
export type MtlsIdentity =
  /** The one URI of a SPIFFE certificate, of one of these trust domains. */
  | { readonly by: 'spiffe'; readonly trustDomains: readonly string[] }
  /** Alternative names of that kind. */
  | { readonly by: 'uri' | 'dns' | 'email' }
  /** SHA-256 of the certificate. */
  | { readonly by: 'fingerprint' }
  /** The whole subject, as RFC 4514 writes it, such as `CN=orders,O=Acme`. */
  | { readonly by: 'subject' }
  /** The subject's only common name: for authorities that write nothing else. RFC 6125 §6.4.4 is why to avoid it. */
  | { readonly by: 'common-name' }

/** What a client is looked up by. */
export interface IdentityReader {
  /** The names of that kind, each in its one spelling; none when the certificate has none that is usable. */
  namesIn(certificate: Certificate): readonly string[]
  /** The one spelling of a name that somebody wrote; `undefined` when no certificate can have it. */
  spell(name: string): string | undefined
}

const KINDS: readonly MtlsIdentity['by'][] = ['spiffe', 'uri', 'dns', 'email', 'fingerprint', 'subject', 'common-name']

/** @throws TypeError when it is not one of the kinds */
export function identityReader(factory: string, identity: MtlsIdentity): IdentityReader {
  const owner = `${factory}.identity`
  const isSpiffe = identity?.by === 'spiffe'
  assertKnownKeys(owner, identity, isSpiffe ? ['by', 'trustDomains'] : ['by'])
  assertOneOf(owner, 'by', identity.by, KINDS)
  switch (identity.by) {
    case 'spiffe':
      return spiffe(owner, identity.trustDomains)
    case 'fingerprint':
      return { namesIn: ({ fingerprint }) => [fingerprint], spell: spellFingerprint }
    case 'subject':
      return { namesIn: ({ subject }) => (subject.length > 0 ? [formatName(subject)] : []), spell: spellSubject }
    case 'common-name':
      return { namesIn: commonNames, spell: (name) => (name === '' ? undefined : name) }
    default:
      return alternativeNames(identity.by)
  }
}

const SPELLINGS: Readonly<Record<'uri' | 'dns' | 'email', (name: string) => string | undefined>> = {
  uri: (name) => (/^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/.test(name) ? name : undefined),
  dns: (name) => (HOST_NAME.test(name) ? name.toLowerCase() : undefined),
  email: (name) => {
    const match = /^([\x21-\x3f\x41-\x7e]{1,64})@([^@]+)$/.exec(name)
    return match?.[2] && HOST_NAME.test(match[2]) ? `${match[1]}@${match[2].toLowerCase()}` : undefined
  },
}

/** RFC 5280 §4.2.1.6, the preferred name syntax. A wildcard is no name: it stands for many. */
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

function alternativeNames(by: 'uri' | 'dns' | 'email'): IdentityReader {
  const spell = SPELLINGS[by]
  return {
    spell,
    namesIn: ({ names }) => names.flatMap(({ kind, value }) => (kind === by ? (spell(value) ?? []) : [])),
  }
}

const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/
/** The SPIFFE ID specification, §2: no port, query, fragment or percent-encoding, no empty or dot segment. */
const SPIFFE_ID = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+)$/
const MAX_SPIFFE_ID = 2048

function spiffe(owner: string, trustDomains: unknown): IdentityReader {
  assertStrings(owner, 'trustDomains', trustDomains)
  for (const domain of trustDomains) {
    if (!TRUST_DOMAIN.test(domain)) {
      throw invalidOption(owner, `"trustDomains" holds "${domain}"; a trust domain is like "acme.example"`)
    }
  }
  const spell = (name: string) => {
    const domain = name.length <= MAX_SPIFFE_ID ? SPIFFE_ID.exec(name)?.[1] : undefined
    return domain !== undefined && trustDomains.includes(domain) ? name : undefined
  }
  return {
    spell,
    namesIn({ names }) {
      // X.509-SVID §2: exactly one URI.
      const [uri, second] = names.filter(({ kind }) => kind === 'uri')
      const id = uri && !second ? spell(uri.value) : undefined
      return id === undefined ? [] : [id]
    },
  }
}

function spellFingerprint(name: string): string | undefined {
  const hex = name.replaceAll(':', '').toLowerCase()
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined
}

function spellSubject(name: string): string | undefined {
  const parsed = parseName(name)
  return parsed && formatName(parsed)
}

function commonNames({ subject }: Certificate): readonly string[] {
  const name = onlyText(subject, 'CN')
  return name === undefined ? [] : [name]
}
