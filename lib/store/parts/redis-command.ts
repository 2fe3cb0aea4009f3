import { hash } from 'node:crypto'

/**
 * The one function that gatewarden needs of a Redis client: it sends a command and resolves with the reply. With ioredis:
 * `(command, ...args) => client.call(command, ...args)`.
 */
export type RedisCommand = (command: string, ...args: string[]) => Promise<unknown>

/** Runs a script in Redis, in one step and one round trip. */
export type RedisScript = (keys: readonly string[], args: readonly string[]) => Promise<unknown>

/** A script is sent by its hash; as a whole only when Redis doesn't know it (yet, or after a restart). */
export function redisScript(command: RedisCommand, text: string): RedisScript {
  const sha1 = hash('sha1', text, 'hex')
  return async (keys, args) => {
    const rest = [String(keys.length), ...keys, ...args]
    try {
      return await command('EVALSHA', sha1, ...rest)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return command('EVAL', text, ...rest)
    }
  }
}
