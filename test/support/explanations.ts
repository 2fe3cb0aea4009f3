import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import type { DescribedRequest } from '../../lib/explain/described-request.ts'
import type { Explanation } from '../../lib/explain/explanation.ts'
import { createPipeline } from '../../lib/pipeline.ts'
import type { Principal } from '../../lib/principal.ts'
import { headerAuthenticator } from './fake-authenticator.ts'
import { principal } from './outcomes.ts'

/** Explains requests that bring the key `good`, of a user with the scope `read`, unless the options say otherwise. */
export async function explanationOf(
  request: Partial<DescribedRequest> = {},
  options: Partial<BoundaryOptions> = {},
  known: Readonly<Record<string, Principal>> = { good: principal({ scopes: ['read'] }) },
): Promise<Explanation> {
  const pipeline = createPipeline({ authenticate: headerAuthenticator('x-api-key', known), ...options })
  return pipeline.explain({ url: '/orders/7', ip: '192.0.2.7', headers: { 'x-api-key': 'good' }, ...request })
}
