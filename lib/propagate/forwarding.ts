import type { ForwardedHeaders } from '../forwarded-headers.ts'
import type { RequestView } from '../request-view.ts'

/** Adds `X-Forwarded-*`, rebuilt from what we saw ourselves and what trusted proxies told us. */
export function addForwarding(
  headers: ForwardedHeaders,
  { forwardedFor, scheme, authority }: Pick<RequestView, 'forwardedFor' | 'scheme' | 'authority'>,
): void {
  headers.add('x-forwarded-for', forwardedFor.length === 1 ? (forwardedFor[0] as string) : forwardedFor.join(', '))
  headers.add('x-forwarded-proto', scheme)
  if (authority !== '') headers.add('x-forwarded-host', authority)
}
