import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Revocation } from '../../lib/store/revocation-list.ts'
import { childMessage } from './child-message.ts'

const PROGRAM = fileURLToPath(new URL('./revocation-instance-program.ts', import.meta.url))

export interface RevocationInstance {
  readonly port: number
  /** Revokes by its own list; resolves when that is durable. */
  revoke(revocation: Revocation): Promise<void>
  close(): Promise<void>
}

/** A gateway in a process of its own that shares its revocations by Redis. @param jwk the issuer's public key */
export async function startRevocationInstance(redisPort: number, jwk: object): Promise<RevocationInstance> {
  const child = fork(PROGRAM, [String(redisPort), JSON.stringify(jwk)])
  const port = Number(await childMessage(child))
  return {
    port,
    async revoke(revocation) {
      const answer = childMessage(child)
      child.send(revocation)
      await answer
    },
    async close() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
