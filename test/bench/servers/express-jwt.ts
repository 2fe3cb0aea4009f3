import type { RequestListener } from 'node:http'
import { expressjwt, type GetVerificationKey, type Request } from 'express-jwt'
import jwksRsa from 'jwks-rsa'
import type { ServerContext } from '../server-context.ts'
import { expressWith } from './order.ts'
import { scopeCheck } from './scope-check.ts'

export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  const secret = jwksRsa.expressJwtSecret({ jwksUri, cache: true }) as GetVerificationKey
  return expressWith(
    expressjwt({ secret, issuer, audience, algorithms: ['RS256'] }),
    scopeCheck((request) => (request as Request).auth),
  )
}
