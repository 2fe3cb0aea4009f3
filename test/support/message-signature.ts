import { constants, createHash, createHmac, type KeyObject, sign } from 'node:crypto'
import type { RequestView } from '../../lib/request-view.ts'
import type { SignatureAlgorithm } from '../../lib/signature-key.ts'
import { NOW } from './access-token.ts'
import { requestView } from './request-view.ts'

/** A message to sign, as RFC 9421 describes it; written from the RFC, so that it owes nothing to the code that is tested. */
export interface MessageToSign {
  readonly method?: string
  readonly origin?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Signing {
  readonly keyId: string
  readonly algorithm: SignatureAlgorithm
  readonly key: KeyObject
  /** As they stand in the list: `"@method"`, `"a";key="b"`. */
  readonly components?: readonly string[]
  /** What follows the list, instead of `created` and `keyid`. */
  readonly parameters?: string
  readonly label?: string
}

export const ORIGIN = 'https://api.example.test'
export const DEFAULT_COMPONENTS: readonly string[] = ['"@method"', '"@target-uri"']
export const WITH_DIGEST: readonly string[] = [...DEFAULT_COMPONENTS, '"content-digest"']

export function digestOf(body: string | Uint8Array, algorithm: 'sha-256' | 'sha-512' = 'sha-256'): string {
  return `${algorithm}=:${createHash(algorithm.replace('-', '')).update(body).digest('base64')}:`
}

export function baseOf(message: MessageToSign, components: readonly string[], parameters: string): string {
  const lines = components.map((component) => `${component}: ${valueIn(message, component)}`)
  return [...lines, `"@signature-params": (${components.join(' ')})${parameters}`].join('\n')
}

/** The two fields of a signature. */
export function signatureFields(message: MessageToSign, signing: Signing): Record<string, string> {
  const { components = DEFAULT_COMPONENTS, label = 'sig1', keyId } = signing
  const parameters = signing.parameters ?? `;created=${NOW};keyid="${keyId}"`
  const bytes = signBase(signing, baseOf(message, components, parameters))
  return {
    'signature-input': `${label}=(${components.join(' ')})${parameters}`,
    signature: `${label}=:${bytes.toString('base64')}:`,
  }
}

export function signBase({ algorithm, key }: Pick<Signing, 'algorithm' | 'key'>, base: string): Buffer {
  const bytes = Buffer.from(base)
  switch (algorithm) {
    case 'hmac-sha256':
      return createHmac('sha256', key).update(bytes).digest()
    case 'ed25519':
      return sign(null, bytes, key)
    case 'ecdsa-p256-sha256':
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
    case 'rsa-v1_5-sha256':
      return sign('sha256', bytes, key)
    case 'rsa-pss-sha512':
      return sign('sha512', bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 })
  }
}

/** What arrives: the message, which may be another one than was signed, with the fields of a signature. */
export function signedView(fields: Readonly<Record<string, string>>, message: MessageToSign = {}): RequestView {
  const { method = 'GET', origin = ORIGIN, target = '/orders/42', headers = {}, body = '' } = message
  const [path = '', query = ''] = target.split(/\?(.*)/s)
  return requestView(fields, {
    method,
    target,
    path,
    query,
    segments: path.slice(1).split('/'),
    authority: new URL(origin).host,
    headers,
    body: Buffer.from(body),
  })
}

function valueIn(message: MessageToSign, component: string): string {
  const { method = 'GET', origin = ORIGIN, target = '/orders/42', headers = {} } = message
  const url = new URL(origin)
  const [path = '', ...query] = target.split('?')
  const derived: Record<string, string> = {
    '"@method"': method,
    '"@target-uri"': origin + target,
    '"@authority"': url.host,
    '"@scheme"': url.protocol.replace(':', ''),
    '"@request-target"': target,
    '"@path"': path,
    '"@query"': `?${query.join('?')}`,
  }
  return derived[component] ?? headers[component.replaceAll('"', '')] ?? ''
}
