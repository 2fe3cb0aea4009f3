import type { RequestListener } from 'node:http'
import type { ServerContext } from '../server-context.ts'
import { expressWithFastJwt } from './fast-jwt.ts'

export function start(context: ServerContext): RequestListener {
  return expressWithFastJwt(context, true)
}
