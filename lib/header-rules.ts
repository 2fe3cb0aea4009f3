import { foldHeaderName } from './header-name.ts'

/**
 * What is done with a client's header of that name:
 * - `pass`: it is forwarded
 * - `framing`: it says where the message ends; always forwarded
 * - `host`: always forwarded
 * - `credential`: an authenticator may read it; never forwarded
 * - `connection`: it lists further names that stop here
 * - `drop`: it could pass for one of ours, or it stops at this hop
 */
export type HeaderKind = 'pass' | 'framing' | 'host' | 'credential' | 'connection' | 'drop'

/** What is known of a header by its name. */
export interface KnownHeader {
  readonly kind: HeaderKind
  /** The name in lower case. */
  readonly name: string
}

export interface HeaderRules {
  /** What is known of a header, by its name in any spelling. */
  of(name: string): KnownHeader
}

const FRAMING = ['content-length', 'transfer-encoding']
/** Says what the body means, and clients sign it: no other spelling may say something else. */
const CONTENT_TYPE = 'content-type'

/** RFC 9110 §7.6.1 and what else concerns only this connection. `Expect` has been answered by then. */
const HOP_BY_HOP = ['keep-alive', 'te', 'trailer', 'upgrade', 'expect', 'http2-settings', 'proxy']

/** Headers by which some backend or proxy takes another path, method or address than was authorised. */
const OVERRIDES = [
  'x-original-url',
  'x-original-uri',
  'x-original-method',
  'x-original-host',
  'x-rewrite-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-host',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-originating-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'forwarded',
  'via',
]

/** Names by which backends are told who is calling, besides the configured ones. */
const IDENTITY = [
  'x-user',
  'x-username',
  'x-role',
  'x-roles',
  'x-groups',
  'x-scopes',
  'x-tenant',
  'x-auth-method',
  'x-client-id',
  'x-request-id',
  'remote-user',
  'x-remote-user',
  'x-gateway-identity',
  'client-cert',
  'client-cert-chain',
  'x-client-cert',
  'x-client-cn',
  'x-client-serial',
  'x-client-verify',
  'x-middleware-subrequest',
  ...[
    'x-userid',
    'x-tenantid',
    'x-clientid',
    'x-requestid',
    'x-email',
    'x-scope',
    'x-group',
    'x-auth-user',
    'x-auth-email',
  ],
  ...['x-ms-client-principal', 'x-arr-clientcert', 'x-client-dn', 'x-jwt-assertion', 'x-envoy-original-path'],
  ...['x-http-path-override', 'x-url-scheme', 'front-end-https', 'wl-proxy-client-ip', 'x-userinfo'],
]

const DROPPED_PREFIXES = [
  'proxy-',
  'x-forwarded-',
  'x-user-',
  'x-tenant-',
  'x-webauth-',
  'x-authenticated-',
  'x-auth-request-',
  'x-consumer-',
  'x-ssl-',
  'ssl-client-',
  'x-amzn-mtls-',
  'x-goog-authenticated-user-',
  'x-ms-client-principal-',
]

export interface HeaderRulesOptions {
  /** Names that only the gateway sets. */
  readonly managed: readonly string[]
  /** Lower-case names that authenticators read. */
  readonly credentials: readonly string[]
}

/** A power of two, and more than the names that honest clients send. */
const SLOTS = 1024
const MAX_REMEMBERED_LENGTH = 64

/**
 * Where a name is remembered. A few of its characters say it sooner than a map could, which would read them all; two names of
 * one slot take turns in it.
 */
function slotOf(name: string): number {
  const end = name.length - 1
  const some = (name.length * 33) ^ name.charCodeAt(0)
  return ((((some * 33) ^ name.charCodeAt(end)) * 33) ^ name.charCodeAt(end - 2)) & (SLOTS - 1)
}

/** What is known of a header, by its name as it was sent. */
interface RememberedHeader extends KnownHeader {
  readonly sent: string
}

export function createHeaderRules(options: HeaderRulesOptions): HeaderRules {
  const credentials = new Set(options.credentials)
  const dropped = new Set([...HOP_BY_HOP, ...OVERRIDES, ...IDENTITY, ...options.managed.map(foldHeaderName)])
  const twins = new Set([...FRAMING, 'connection', 'host', CONTENT_TYPE, ...credentials].map(foldHeaderName))
  const remembered = Array.from({ length: SLOTS }, (): RememberedHeader | undefined => undefined)

  function decide(name: string, lower: string): HeaderKind {
    if (FRAMING.includes(lower)) return 'framing'
    if (lower === 'connection' || lower === 'host') return lower
    if (lower === CONTENT_TYPE) return 'pass'
    if (credentials.has(lower)) return 'credential'
    const folded = foldHeaderName(name)
    const forged =
      twins.has(folded) || dropped.has(folded) || DROPPED_PREFIXES.some((prefix) => folded.startsWith(prefix))
    return forged ? 'drop' : 'pass'
  }

  return {
    of(sent) {
      const slot = slotOf(sent)
      const known = remembered[slot]
      if (known?.sent === sent) return known
      const name = sent.toLowerCase()
      const found = { kind: decide(sent, name), name, sent }
      if (sent.length <= MAX_REMEMBERED_LENGTH) remembered[slot] = found
      return found
    },
  }
}
