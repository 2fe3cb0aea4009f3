import type { RouteRule } from 'gatewarden'

/**
 * Who may reach what. The most specific rule decides, whatever the order here, and a rule for GET is one for HEAD.
 * A path that no rule names is denied.
 */
export const routes: readonly RouteRule[] = [
  { path: '/health', methods: ['GET'], public: true },
  { path: '/public/**', public: true },
  { path: '/orders/**', methods: ['GET'], scopes: ['read:orders'] },
  { path: '/orders/**', scopes: ['write:orders'] },
  { path: '/admin/**', roles: ['admin'] },
  // A second factor, or a login of the last five minutes: a stolen token that is older opens nothing here.
  { path: '/stepup/**', stepUp: [{ acrValues: ['urn:example:mfa'] }, { maxAgeSeconds: 300 }] },
  // For those who show a certificate, sign with a shared secret, or by RFC 9421. A token or key may have the scope as well.
  { path: '/partners/**', authenticators: ['mtls'], scopes: ['partners:use'] },
  { path: '/webhooks/**', methods: ['POST'], authenticators: ['hmac'], scopes: ['webhooks:send'] },
  { path: '/signed/**', authenticators: ['http-signature'], scopes: ['signed:use'] },
  { path: '/echo/**', authenticated: true },
  { path: '/ws', authenticated: true },
]
