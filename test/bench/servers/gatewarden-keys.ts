import type { RequestListener } from 'node:http'
import { apiKeyAuthenticator, boundary, type KeyStore } from 'gatewarden'
import { expressWith, ORDER_SCOPE } from './order.ts'

export function expressWithKeys(keys: KeyStore): RequestListener {
  return expressWith(
    boundary({
      authenticate: apiKeyAuthenticator({ keys, environments: ['live'] }),
      routes: [{ path: '/orders/**', methods: ['GET'], scopes: [ORDER_SCOPE] }],
    }),
  )
}
