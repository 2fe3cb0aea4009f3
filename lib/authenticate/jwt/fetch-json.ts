import type { Fetch } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'

export interface FetchJsonOptions {
  readonly fetch: Fetch
  /** Bounds everything: connecting, headers and body. */
  readonly signal: AbortSignal
  readonly maxBytes: number
}

/**
 * Fetches a JSON document: without redirects, within a deadline and a size.
 * @throws DependencyError that says what went wrong, without the URL's query
 */
export async function fetchJson(dependency: string, url: string, options: FetchJsonOptions): Promise<unknown> {
  const { fetch, signal, maxBytes } = options
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal,
      headers: { accept: 'application/json, application/jwk-set+json' },
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new DependencyError(dependency, `answered ${response.status}`, { cause: response.status })
    }
    return JSON.parse(await boundedText(response, maxBytes))
  } catch (cause) {
    if (cause instanceof DependencyError) throw cause
    throw new DependencyError(dependency, signal.aborted ? 'gave no answer in time' : 'gave no usable answer', {
      cause,
    })
  }
}

async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}
