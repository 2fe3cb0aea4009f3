import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { type HmacOptions, hmacAuthenticator } from '../../lib/authenticate/hmac.ts'
import { type IssuedSecret, type SecretVault, secretVault } from '../../lib/secrets/vault.ts'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { memorySecretStore } from '../../lib/store/memory-secrets.ts'
import { type BoundaryMiddlewareOptions, boundary } from '../../middleware/boundary.ts'
import { forwardRawBody } from '../../middleware/request-body.ts'
import { NOW } from './access-token.ts'
import { type TestClock, testClock } from './clock.ts'
import { type RawRequestParts, sendRequestLines, statusOf } from './raw-tcp.ts'
import { type RecordingUpstream, recordingUpstream } from './recording-upstream.ts'
import { serve } from './serve.ts'
import { type RequestToSign, signedHeaders } from './signed-request.ts'
import { tellClose } from './tell-close.ts'

export const HOST = 'api.example.test'

/** What arrives, where it differs from what was signed. A header that is `undefined` is not sent. */
export interface Sent {
  readonly method?: string
  readonly target?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Further lines, as they are. */
  readonly lines?: readonly string[]
}

/** An Express app with a boundary that takes signed requests, a proxy behind it, and an upstream that keeps what comes. */
export interface SignedGateway {
  readonly port: number
  readonly upstream: RecordingUpstream
  readonly clock: TestClock
  readonly vault: SecretVault
  /** Of the client acme. */
  readonly issued: IssuedSecret
  /** Signs with the secret of acme, or another, and sends it over a connection of its own. */
  send(signed?: RequestToSign, sent?: Sent, by?: Partial<Signer>): Promise<string>
  /** The status alone. */
  status(signed?: RequestToSign, sent?: Sent, by?: Partial<Signer>): Promise<number>
}

export interface Signer {
  readonly keyId: string
  readonly secret: string
}

export interface SignedGatewayOptions {
  readonly hmac?: Partial<HmacOptions>
  readonly boundary?: Partial<BoundaryMiddlewareOptions>
  /** Mounted before the boundary. */
  readonly before?: readonly RequestHandler[]
  /** Hears of what the boundary hands on as an error. */
  readonly after?: ErrorRequestHandler
}

export async function signedGateway(options: SignedGatewayOptions = {}): Promise<SignedGateway> {
  const clock = testClock(NOW)
  const vault = secretVault({ store: memorySecretStore(), sealingKeys: [Buffer.alloc(32, 7)], now: clock.now })
  const issued = await vault.create({ owner: 'acme', scopes: ['write:orders'] })
  // The proxy hands this on: the client need not wait for more.
  const upstream = await recordingUpstream((response) => response.setHeader('connection', 'close').end('served'))
  const replayStore = memoryReplayStore({ now: clock.now })
  const authenticate = hmacAuthenticator({ keys: vault, replayStore, now: clock.now, ...options.hmac })
  const app = express()
  for (const handler of options.before ?? []) app.use(handler)
  app.use(boundary({ authenticate, hosts: [HOST, 'other.example.test'], now: clock.now, ...options.boundary }))
  app.use(createProxyMiddleware({ target: upstream.url, on: { proxyReq: forwardRawBody, proxyRes: tellClose } }))
  if (options.after) app.use(options.after)
  const port = await serve(app)
  const send: SignedGateway['send'] = (signed = {}, sent = {}, by = {}) => {
    const { keyId = issued.record.keyId, secret = issued.secret } = by
    return sendRequestLines(port, requestLines(signedHeaders(keyId, secret, signed), signed, sent))
  }
  const status: SignedGateway['status'] = async (...args) => statusOf(await send(...args))
  return { port, upstream, clock, vault, issued, send, status }
}

/** A request with the headers of a signature, as lines. */
export function requestLines(headers: Record<string, string>, signed: RequestToSign, sent: Sent = {}): RawRequestParts {
  const { method = signed.method ?? 'GET', target = signed.target ?? '/orders/42', lines = [] } = sent
  const body = sent.body ?? Buffer.from(signed.body ?? '').toString('latin1')
  const framing = body !== '' && !lines.some((line) => /^(?:content-length|transfer-encoding):/i.test(line))
  const all = { host: HOST, ...headers, ...(framing && { 'content-length': String(body.length) }), ...sent.headers }
  const given = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  return { method, target, headers: [...given, ...lines], body }
}
