import type { RequestListener } from 'node:http'
import { createVerifier } from 'fast-jwt'
import jwksRsa from 'jwks-rsa'
import type { ServerContext } from '../server-context.ts'
import { bearerCheck } from './bearer-check.ts'
import { expressWith } from './order.ts'

/** As it is when nobody says otherwise: without its cache. */
export function start(context: ServerContext): RequestListener {
  return expressWithFastJwt(context, false)
}

export function expressWithFastJwt(
  { issuer, jwksUri, audience }: ServerContext,
  cache: boolean | number,
): RequestListener {
  const keys = jwksRsa({ jwksUri, cache: true })
  const verify = createVerifier({
    key: async ({ header }: { header: { kid?: string } }) => (await keys.getSigningKey(header.kid)).getPublicKey(),
    algorithms: ['RS256', 'ES256', 'EdDSA'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp'],
    cache,
  })
  return expressWith(bearerCheck(verify))
}
