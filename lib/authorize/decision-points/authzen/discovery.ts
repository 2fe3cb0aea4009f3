import { DependencyError } from '../../../errors.ts'
import type { BoundedFetchOptions } from '../../../fetch-bounded.ts'
import { fetchJson } from '../../../fetch-json.ts'
import { isJsonObject } from '../../../json-object.ts'
import { isLocalUrl } from '../../../local-url.ts'
import { assertEndpoint } from '../../../options.ts'

/** Where a decision point is asked. */
export interface AuthzenEndpoints {
  readonly evaluation?: string | undefined
  /** Absent when it takes no several evaluations at once. */
  readonly evaluations?: string | undefined
}

/** Between host and path: Authorization API 1.0 §9.2. */
export function metadataUrl(identifier: string): string {
  const { origin, pathname } = new URL(identifier)
  return `${origin}/.well-known/authzen-configuration${pathname.replace(/\/$/, '')}`
}

/**
 * The endpoints that a decision point publishes. The document must name exactly the identifier that was configured (§9.2.3):
 * otherwise one decision point could speak for another. Only one on this machine may send us to this machine. What is signed
 * (`signed_metadata`) is ignored, as §9.1.3 allows.
 * @throws DependencyError when there is no usable document
 */
export async function discoverEndpoints(
  name: string,
  identifier: string,
  allowHttp: boolean,
  options: BoundedFetchOptions,
): Promise<AuthzenEndpoints> {
  const metadata = await fetchJson(name, metadataUrl(identifier), options)
  if (!isJsonObject(metadata) || metadata.policy_decision_point !== identifier) {
    throw new DependencyError(name, 'its metadata is of another decision point')
  }
  const endpoint = (member: string) => endpointIn(name, metadata[member], identifier, allowHttp)
  const evaluation = endpoint('access_evaluation_endpoint')
  if (evaluation === undefined) throw new DependencyError(name, 'its metadata has no access_evaluation_endpoint')
  return { evaluation, evaluations: endpoint('access_evaluations_endpoint') }
}

function endpointIn(name: string, url: unknown, identifier: string, allowHttp: boolean): string | undefined {
  if (url === undefined) return undefined
  try {
    assertEndpoint(name, 'endpoint', url, allowHttp)
    if (!isLocalUrl(identifier) && isLocalUrl(url as string)) throw new TypeError('it is on this machine, or its link')
  } catch (cause) {
    throw new DependencyError(name, 'its metadata has no usable endpoint', { cause })
  }
  return url as string
}
