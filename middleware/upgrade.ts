import type { Duplex } from 'node:stream'
import type { Clock, Schedule } from '../lib/effects.ts'
import type { Pipeline } from '../lib/pipeline.ts'
import type { Principal } from '../lib/principal.ts'
import type { Boundary } from './boundary.ts'
import { letThrough } from './let-through.ts'
import { endOnRevocation, watchRevocations } from './open-sockets.ts'
import { rawRequestOf } from './raw-request.ts'
import { respondRaw } from './respond.ts'

/** The longest delay that Node.js timers know. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** The same decision for an upgrade: the socket is answered by hand, for there is no response object. */
export function upgradeGate(pipeline: Pipeline, now: Clock, schedule: Schedule): Boundary['upgrade'] {
  return async (message, socket) => {
    // Without a listener, a client that resets the connection would end the process.
    socket.on('error', () => socket.destroy())
    const watch = watchRevocations()
    try {
      const outcome = await pipeline.decide(rawRequestOf(message), 'upgrade')
      if (!outcome.allowed) {
        respondRaw(outcome.answer, socket)
        return false
      }
      const { principal } = outcome
      if (principal && (hasExpired(principal, now()) || watch.hasSeen(principal))) socket.destroy()
      if (socket.destroyed) return false
      letThrough(message, outcome, pipeline)
      if (principal) endOnRevocation(principal, socket)
      if (principal?.expiresAt !== undefined) closeAt(principal.expiresAt, socket, now, schedule)
      return true
    } finally {
      watch.stop()
    }
  }
}

function hasExpired({ expiresAt }: Principal, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now
}

/** An upgraded socket does not outlive the credential that opened it. */
function closeAt(expiresAt: number, socket: Duplex, now: Clock, schedule: Schedule): void {
  let cancel: () => void = () => undefined
  const wait = () => {
    const remainingMs = (expiresAt - now()) * 1000
    if (remainingMs <= 0) socket.destroy()
    else cancel = schedule(wait, Math.min(remainingMs, MAX_DELAY_MS))
  }
  socket.once('close', () => cancel())
  wait()
}
