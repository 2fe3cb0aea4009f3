import { DependencyError } from './errors.ts'
import { type BoundedFetchOptions, fetchBounded } from './fetch-bounded.ts'

/** @throws DependencyError when there is no JSON document to be had */
export async function fetchJson(dependency: string, url: string, options: BoundedFetchOptions): Promise<unknown> {
  const headers = { accept: 'application/json, application/jwk-set+json' }
  const { text } = await fetchBounded(dependency, url, { headers }, options)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DependencyError(dependency, 'gave no JSON', { cause })
  }
}
