import type { Fetch } from './effects.ts'
import { DependencyError } from './errors.ts'

export interface BoundedFetchOptions {
  readonly fetch: Fetch
  /** Bounds everything: connecting, headers and body. */
  readonly signal: AbortSignal
  readonly maxBytes: number
  /** The HTTP statuses whose answers are read; any other is an error. Default 200. */
  readonly statuses?: readonly number[]
}

/** A complete answer of a dependency. */
export interface BoundedAnswer {
  readonly status: number
  /** Lower-case, without parameters; empty when there is none. */
  readonly contentType: string
  readonly text: string
}

export interface BoundedBytes extends Omit<BoundedAnswer, 'text'> {
  readonly bytes: Uint8Array
}

type BoundedRequest = Pick<RequestInit, 'method' | 'headers' | 'body'>

/** Fetches a text, as {@link fetchBytes} does; it must be UTF-8. */
export async function fetchBounded(
  dependency: string,
  url: string,
  init: BoundedRequest,
  options: BoundedFetchOptions,
): Promise<BoundedAnswer> {
  const { bytes, ...answer } = await fetchBytes(dependency, url, init, options)
  try {
    return { ...answer, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (cause) {
    throw new DependencyError(dependency, 'gave no usable answer', { cause })
  }
}

/**
 * Fetches a document from a dependency: without redirects, within a deadline and a size.
 * @throws DependencyError that says what went wrong, without the URL; its `status` is the HTTP status, if there was one
 */
export async function fetchBytes(
  dependency: string,
  url: string,
  init: BoundedRequest,
  { fetch, signal, maxBytes, statuses = [200] }: BoundedFetchOptions,
): Promise<BoundedBytes> {
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal })
    if (!statuses.includes(response.status)) {
      await response.body?.cancel()
      throw new DependencyError(dependency, `answered ${response.status}`, {
        status: response.status,
        retryAfterSeconds: retryAfter(response),
      })
    }
    const contentType = response.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
    return { status: response.status, contentType, bytes: await boundedBytes(response, maxBytes) }
  } catch (cause) {
    if (cause instanceof DependencyError) throw cause
    const problem = signal.aborted ? 'gave no answer in time' : 'gave no usable answer'
    throw new DependencyError(dependency, problem, { cause })
  }
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** A server that asks for days of rest has made a mistake, and it would be passed on to everybody who is answered 503. */
const MAX_WAIT_SECONDS = 300

function retryAfter({ headers }: Response): number | undefined {
  const seconds = askedWait(headers)
  return seconds >= 0 ? Math.min(seconds, MAX_WAIT_SECONDS) : undefined
}

/** RFC 9110 §10.2.3: seconds, or a date by the clock of the server. NaN when it is neither. */
function askedWait(headers: Headers): number {
  const field = headers.get('retry-after') ?? ''
  if (/^\d{1,6}$/.test(field)) return Number(field)
  if (!HTTP_DATE.test(field)) return Number.NaN
  return (Date.parse(field) - Date.parse(headers.get('date') ?? '')) / 1000
}

async function boundedBytes(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
