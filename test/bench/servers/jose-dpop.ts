import { createHash } from 'node:crypto'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { RequestHandler } from 'express'
import { calculateJwkThumbprint, createRemoteJWKSet, EmbeddedJWK, type JWK, type JWTPayload, jwtVerify } from 'jose'
import { PUBLIC_ORIGIN } from '../proofs.ts'
import type { ServerContext } from '../server-context.ts'
import { expressWith, ORDER_SCOPE } from './order.ts'

/** RFC 9449 §4.3, as one writes it with jose: token, proof, key, hash of the token, request, and the first use. */
export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  const used = new Set<string>()

  async function verified(request: IncomingMessage & { originalUrl: string }): Promise<JWTPayload> {
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ')
    const proof = request.headers.dpop
    if (scheme !== 'DPoP' || typeof proof !== 'string') throw new Error('no proof')
    const { payload } = await jwtVerify<{ cnf?: { jkt?: string } }>(token, keys, {
      issuer,
      audience,
      algorithms: ['RS256'],
      typ: 'at+jwt',
    })
    const { payload: stated, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
      maxTokenAge: 60,
    })
    const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk as JWK)
    const isGood =
      thumbprint === payload.cnf?.jkt &&
      stated.ath === createHash('sha256').update(token).digest('base64url') &&
      stated.htm === request.method &&
      stated.htu === PUBLIC_ORIGIN + request.originalUrl &&
      stated.jti !== undefined &&
      !used.has(stated.jti)
    if (!isGood) throw new Error('proof')
    used.add(String(stated.jti))
    return payload
  }

  const check: RequestHandler = async (request, response, next) => {
    const { scope = '' } = await verified(request).catch((): { scope?: string } => ({}))
    if (String(scope).split(' ').includes(ORDER_SCOPE)) next()
    else response.sendStatus(403)
  }
  return expressWith(check)
}
