import type { Fetch } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { fetchBounded } from '../../fetch-bounded.ts'

export interface PostedJson {
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

export interface PostOptions {
  readonly fetch: Fetch
  /** Bounds everything: connecting, headers and body. */
  readonly signal: AbortSignal
  readonly maxBytes: number
  /** Looks at the answer before its body is read. @throws DependencyError when it is not to be read */
  readonly check?: (answer: Response) => void
}

/**
 * Asks a decision point: JSON is sent, and JSON comes back. No redirect is followed.
 * @throws DependencyError when there is no JSON to be had; it holds nothing of what was sent
 */
export async function postJson(
  dependency: string,
  url: string,
  { body, headers }: PostedJson,
  { fetch, signal, maxBytes, check }: PostOptions,
): Promise<unknown> {
  const init = {
    method: 'POST',
    headers: { ...headers, accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  const checked: Fetch = async (target, request) => {
    const answer = await fetch(target, request)
    try {
      check?.(answer)
    } catch (error) {
      await answer.body?.cancel()
      throw error
    }
    return answer
  }
  const { text, contentType } = await fetchBounded(dependency, url, init, { fetch: checked, signal, maxBytes })
  if (contentType !== 'application/json') throw new DependencyError(dependency, 'gave no JSON')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DependencyError(dependency, 'gave no JSON', { cause })
  }
}
