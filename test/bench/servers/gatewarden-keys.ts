import type { RequestListener } from 'node:http'
import { apiKeyAuthenticator, boundary, type KeyStore } from 'gatewarden'
import { ORDER_ROUTES } from './gatewarden-options.ts'
import { expressWith } from './order.ts'

export function expressWithKeys(keys: KeyStore): RequestListener {
  return expressWith(
    boundary({
      authenticate: apiKeyAuthenticator({ keys, environments: ['live'] }),
      routes: ORDER_ROUTES,
    }),
  )
}
