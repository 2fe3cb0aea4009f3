import type { RedisCommand } from '../../lib/store/parts/redis-command.ts'

/** What a token cache asks of Redis, in memory: a test can look into it, and change it. Nothing expires by itself. */
export interface RedisDouble {
  readonly command: RedisCommand
  readonly values: Map<string, string>
  /** The commands, with their arguments, in order. */
  readonly asked: (readonly string[])[]
  /** From now on every command ends so; `undefined`: it works again. */
  setFault(fault: (() => Promise<never>) | undefined): void
}

export function redisDouble(): RedisDouble {
  const values = new Map<string, string>()
  const asked: (readonly string[])[] = []
  let fault: (() => Promise<never>) | undefined
  return {
    values,
    asked,
    setFault(next) {
      fault = next
    },
    async command(command, ...args) {
      asked.push([command, ...args])
      if (fault) return fault()
      const [name = '', value = ''] = args
      if (command === 'SET') values.set(name, value)
      return command === 'GET' ? (values.get(name) ?? null) : 'OK'
    },
  }
}
