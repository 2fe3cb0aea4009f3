import { isIP } from 'node:net'
import { AuthError } from '../errors.ts'
import { isToken } from '../header-name.ts'
import { headerRecord } from '../header-record.ts'
import { assertBoolean, assertKnownKeys, assertString, invalidOption } from '../options.ts'
import type { ClientCertificate, RawRequest } from '../request-view.ts'

/** A request in words, to be explained: nobody has sent it. */
export interface DescribedRequest {
  /** Default `GET`. */
  readonly method?: string
  /** The request target: path and query, such as `/orders/7?page=2`. */
  readonly url: string
  /** By name, in any case; a list for one that comes several times. Without `Host`, the boundary's first host is asked for. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** The address of the other end of the connection. Without it, nobody can tell where the client is. */
  readonly ip?: string | undefined
  /** Whether the connection is TLS. Default true. */
  readonly encrypted?: boolean
  readonly clientCertificate?: ClientCertificate
  /** What a signature is of. Default: none. */
  readonly body?: string | Uint8Array
}

const KEYS = ['method', 'url', 'headers', 'ip', 'encrypted', 'clientCertificate', 'body']
const TOO_LARGE = new AuthError('content_too_large', { reason: 'body', detail: 'The body is too large.' })
/** A line break would make one header two, and there are no bytes for other letters: RFC 9110 §5.5. */
const VALUE = /^[^\r\n\0\u0100-\uffff]*$/

/**
 * As if it had arrived.
 * @param host what is asked for when the description does not say
 * @throws TypeError for what could not be sent
 */
export function requestDescribed(request: DescribedRequest, host: string): RawRequest {
  const factory = 'explain'
  assertKnownKeys(factory, request, KEYS)
  const { method = 'GET', url, headers = {}, ip, encrypted = true, clientCertificate, body = '' } = request
  assertString(factory, 'url', url)
  assertString(factory, 'method', method)
  if (ip !== undefined && isIP(ip) === 0) throw invalidOption(factory, '"ip" must be an IPv4 or IPv6 address')
  assertBoolean(factory, 'encrypted', encrypted)
  assertKnownKeys(`${factory}.headers`, headers, Object.keys(Object(headers)))
  if (clientCertificate !== undefined && !(Object(clientCertificate).der instanceof Uint8Array)) {
    throw invalidOption(factory, '"clientCertificate" must be one as the boundary sees it, with its "der"')
  }
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw invalidOption(factory, '"body" must be a text or bytes')
  }
  const sent = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const))
  for (const [name, value] of sent) {
    if (!isToken(name) || typeof value !== 'string' || !VALUE.test(value)) {
      throw invalidOption(
        factory,
        '"headers" must hold names of headers, each with a text or a list of texts in one line',
      )
    }
  }
  const hasHost = sent.some(([name]) => name.toLowerCase() === 'host')
  const rawHeaders = [...(hasHost ? [] : ['Host', host]), ...sent.flat()]
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return {
    method,
    target: url,
    httpVersion: '1.1',
    rawHeaders,
    headers: headerRecord(rawHeaders),
    peerAddress: ip,
    encrypted,
    clientCertificate,
    readBody: (maxBytes): Uint8Array | AuthError => (bytes.length > maxBytes ? TOO_LARGE : bytes),
  }
}
