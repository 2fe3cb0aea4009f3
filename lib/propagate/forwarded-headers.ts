import type { RequestView } from '../request-view.ts'

/** `X-Forwarded-*`, rebuilt from what we saw ourselves and what trusted proxies told us. */
export function forwardedHeaders(request: RequestView): Record<string, string> {
  const headers: Record<string, string> = {
    'x-forwarded-for': request.forwardedFor.join(', '),
    'x-forwarded-proto': request.scheme,
  }
  if (request.authority !== '') headers['x-forwarded-host'] = request.authority
  return headers
}
