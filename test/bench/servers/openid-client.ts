import type { RequestListener } from 'node:http'
import { allowInsecureRequests, ClientSecretBasic, Configuration, tokenIntrospection } from 'openid-client'
import type { ServerContext } from '../server-context.ts'
import { bearerCheck } from './bearer-check.ts'
import { expressWith } from './order.ts'

/** Asks for every request: it has no cache. */
export function start({ issuer, introspectionEndpoint }: ServerContext): RequestListener {
  const server = { issuer, introspection_endpoint: introspectionEndpoint }
  const client = new Configuration(server, 'gateway', {}, ClientSecretBasic('a secret of the benchmark only'))
  allowInsecureRequests(client)
  return expressWith(bearerCheck((token) => tokenIntrospection(client, token, { token_type_hint: 'access_token' })))
}
