import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Duplex } from 'node:stream'
import { type ApiKeyEvent, keyEvents } from '../lib/keys/key-event.ts'

/** Upgraded sockets by the key that opened them. */
const socketsOf = new Map<string, Set<Duplex>>()

function onKeyEvent(message: unknown): void {
  const { change, id } = message as ApiKeyEvent
  if (change !== 'revoked') return
  for (const socket of socketsOf.get(id) ?? []) socket.destroy()
}

/** Ends a socket when the key that opened it is revoked in this process. Listens only while such sockets are open. */
export function endOnRevocation(keyId: string, socket: Duplex): void {
  if (socketsOf.size === 0) subscribe(keyEvents.name, onKeyEvent)
  const sockets = socketsOf.get(keyId) ?? new Set<Duplex>()
  socketsOf.set(keyId, sockets.add(socket))
  socket.once('close', () => {
    sockets.delete(socket)
    if (sockets.size > 0 || !socketsOf.delete(keyId)) return
    if (socketsOf.size === 0) unsubscribe(keyEvents.name, onKeyEvent)
  })
}
