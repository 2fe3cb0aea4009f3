import type { RequestListener } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { ServerContext } from '../server-context.ts'
import { bearerCheck } from './bearer-check.ts'
import { expressWith } from './order.ts'

export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  const options = { issuer, audience, algorithms: ['RS256', 'ES256', 'EdDSA'], typ: 'at+jwt' }
  return expressWith(bearerCheck(async (token) => (await jwtVerify(token, keys, options)).payload))
}
