import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Awaitable } from '../lib/effects.ts'
import { AuthError, DependencyError } from '../lib/errors.ts'

/** Bodies that have been read, by the request they came with. */
const bodies = new WeakMap<IncomingMessage, Uint8Array>()

const NOTHING = new Uint8Array(0)

/**
 * Keeps the bytes that a body parser before the boundary reads, for `express.json({ verify: keepRawBody })` and the like:
 * a signature is of the bytes, and the parser leaves none. The parser must not inflate (`inflate: false`).
 */
export function keepRawBody(request: IncomingMessage, _response: ServerResponse, bytes: Uint8Array): void {
  bodies.set(request, bytes)
}

/**
 * The body as sent, of at most `maxBytes`. It stays on the stream: who reads the request after us gets the same bytes.
 * @returns the error to answer with when it is longer, or breaks off
 * @throws DependencyError when somebody has read the stream before, and kept no bytes
 */
export function readBody(message: IncomingMessage, maxBytes: number): Awaitable<Uint8Array | AuthError> {
  const kept = bodies.get(message)
  if (kept) return kept.length > maxBytes ? tooLarge() : kept
  const { 'content-length': length, 'transfer-encoding': coding } = message.headers
  if (coding === undefined && (length === undefined || length === '0')) return NOTHING
  if (Number(length) > maxBytes) return tooLarge()
  if (message.readableDidRead || message.readableFlowing === true || message.readableEnded) {
    const remedy = 'mount the boundary before it, or give it { verify: keepRawBody, inflate: false }'
    throw new DependencyError('body', `a body parser has read it already: ${remedy}`)
  }
  return collect(message, maxBytes)
}

function collect(message: IncomingMessage, maxBytes: number): Promise<Uint8Array | AuthError> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = (result: Uint8Array | AuthError) => {
      message.off('readable', onReadable)
      message.off('close', onClose)
      message.off('error', onClose)
      resolve(result)
    }
    const onClose = () => finish(new AuthError('invalid_request', { reason: 'body broken off' }))
    const onReadable = () => {
      for (let chunk = message.read(); chunk !== null; chunk = message.read()) {
        chunks.push(chunk as Buffer)
        size += (chunk as Buffer).length
        if (size > maxBytes) return finish(tooLarge())
      }
      if (!message.complete) return
      const body = Buffer.concat(chunks)
      bodies.set(message, body)
      // The stream ends at the next tick, unless there is something in it again: so nobody behind us waits for an end
      // that has been.
      if (size > 0) message.unshift(body)
      finish(body)
    }
    message.on('readable', onReadable)
    message.on('close', onClose)
    message.on('error', onClose)
  })
}

function tooLarge(): AuthError {
  return new AuthError('content_too_large', { reason: 'body', detail: 'The body is too large.' })
}
