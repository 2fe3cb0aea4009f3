import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Awaitable, isLater } from '../lib/effects.ts'
import { AuthError, DependencyError } from '../lib/errors.ts'

type Body = Uint8Array | AuthError

/** Bodies that have been read, by the request they came with. */
const bodies = new WeakMap<IncomingMessage, Uint8Array>()

/** Bodies that are being read. */
const underway = new WeakMap<IncomingMessage, Promise<Body>>()

const NOTHING = new Uint8Array(0)

/**
 * Keeps the bytes that a body parser before the boundary reads, for `express.json({ verify: keepRawBody })` and the like:
 * a signature is of the bytes, and the parser leaves none. The parser must not inflate (`inflate: false`): what it has
 * inflated is not what was sent, and is not kept.
 */
export function keepRawBody(request: IncomingMessage, _response: ServerResponse, bytes: Uint8Array): void {
  // An empty field is to a parser as good as none.
  const coding = request.headers['content-encoding'] || 'identity'
  if (coding.toLowerCase() === 'identity') bodies.set(request, bytes)
}

/**
 * Sends on what a body parser has read and `keepRawBody` has kept, for
 * `createProxyMiddleware({ on: { proxyReq: forwardRawBody } })` of http-proxy-middleware: the stream has nothing left, and
 * the upstream would wait for it. Where the stream still has the body, it does nothing.
 */
export function forwardRawBody(proxyRequest: { write(bytes: Uint8Array): unknown }, request: IncomingMessage): void {
  const body = bodies.get(request)
  if (body && body.length > 0 && request.readableEnded) proxyRequest.write(body)
}

/**
 * The body as sent, of at most `maxBytes`. It stays on the stream: who reads the request after us gets the same bytes.
 * @returns the error to answer with when it is longer, or breaks off
 * @throws DependencyError when somebody has read the stream before, and kept no bytes
 */
export function readBody(message: IncomingMessage, maxBytes: number): Awaitable<Body> {
  const within = (body: Body) => (!(body instanceof AuthError) && body.length > maxBytes ? tooLarge() : body)
  const kept = bodies.get(message)
  if (kept) return within(kept)
  const other = underway.get(message)
  if (other) return other.then(within)
  const { 'content-length': length, 'transfer-encoding': coding } = message.headers
  if (coding === undefined && (length === undefined || length === '0')) return NOTHING
  if (Number(length) > maxBytes) return tooLarge()
  if (message.readableDidRead || message.readableFlowing === true || message.readableEncoding !== null) {
    const remedy = 'mount the boundary before it, or give it { verify: keepRawBody, inflate: false }'
    throw new DependencyError('body', `a body parser has read it already: ${remedy}`)
  }
  const body = collect(message, maxBytes)
  if (isLater(body)) underway.set(message, body)
  return body
}

/**
 * All of it will be held anyway: so the socket is not stopped and started at each piece, which takes as long as to hash it.
 * Node.js has no public way to say so; where this one is gone, it is slower.
 */
function holdAll(message: IncomingMessage, maxBytes: number): void {
  const { _readableState: state } = message as { readonly _readableState?: { highWaterMark?: unknown } }
  if (typeof state?.highWaterMark === 'number') state.highWaterMark = Math.max(state.highWaterMark, maxBytes + 1)
}

function collect(message: IncomingMessage, maxBytes: number): Body | Promise<Body> {
  holdAll(message, maxBytes)
  const chunks: Buffer[] = []
  let size = 0
  /** Takes what has come, until all has. */
  const take = (): Body | undefined => {
    // What had not been read by then is lost, though all of it may have come.
    if (message.destroyed && !message.readableEnded) return brokenOff()
    for (let chunk = message.read(); chunk !== null; chunk = message.read()) {
      chunks.push(chunk as Buffer)
      size += (chunk as Buffer).length
      if (size > maxBytes) return tooLarge()
    }
    if (!message.complete) return undefined
    const body = Buffer.concat(chunks)
    bodies.set(message, body)
    // The stream ends at the next tick, unless there is something in it again: so nobody behind us waits for an end that
    // has been.
    if (size > 0) message.unshift(body)
    return body
  }
  // All of it may be here: then no event would say so.
  return take() ?? whenReadable(message, take)
}

function whenReadable(message: IncomingMessage, take: () => Body | undefined): Promise<Body> {
  return new Promise((resolve) => {
    const finish = (result: Body) => {
      message.off('readable', onReadable)
      message.off('close', onClose)
      message.off('error', onClose)
      underway.delete(message)
      resolve(result)
    }
    const onReadable = () => {
      const result = take()
      if (result) finish(result)
    }
    const onClose = () => finish(brokenOff())
    message.on('readable', onReadable)
    message.on('close', onClose)
    message.on('error', onClose)
  })
}

function brokenOff(): AuthError {
  return new AuthError('invalid_request', { reason: 'body broken off' })
}

function tooLarge(): AuthError {
  return new AuthError('content_too_large', { reason: 'body', detail: 'The body is too large.' })
}
