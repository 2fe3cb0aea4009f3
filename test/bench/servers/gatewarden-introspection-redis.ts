import type { RequestListener } from 'node:http'
import { redisTokenCache } from 'gatewarden/store/redis-token-cache'
import { Redis } from 'ioredis'
import type { ServerContext } from '../server-context.ts'
import { expressWithIntrospection } from './gatewarden-introspection.ts'

/** Redis is asked for every request: nothing is remembered here besides. */
export function start(context: ServerContext): RequestListener {
  const redis = new Redis(context.redisPort, '127.0.0.1')
  const command = (name: string, ...args: string[]) => redis.call(name, ...args)
  const secret = 'a secret of the benchmark, of at least 32 bytes'
  return expressWithIntrospection(context, redisTokenCache({ command, secret, localEntries: 0 }))
}
