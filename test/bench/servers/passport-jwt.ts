import type { RequestListener } from 'node:http'
import jwksRsa from 'jwks-rsa'
import passport from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import type { ServerContext } from '../server-context.ts'
import { expressWith } from './order.ts'
import { scopeCheck } from './scope-check.ts'

export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  const strategy = new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: jwksRsa.passportJwtSecret({ jwksUri, cache: true }),
      issuer,
      audience,
      algorithms: ['RS256'],
    },
    (payload: object, done: (error: null, user: object) => void) => done(null, payload),
  )
  passport.use(strategy)
  return expressWith(
    passport.authenticate('jwt', { session: false }),
    scopeCheck((request) => (request as { user?: object }).user),
  )
}
