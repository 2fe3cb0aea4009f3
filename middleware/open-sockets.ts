import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Duplex } from 'node:stream'
import { type AppliedRevocation, appliedRevocations } from '../lib/applied-revocation.ts'
import { principalsBehind } from '../lib/joined-principals.ts'
import { type ApiKeyEvent, keyEvents } from '../lib/keys/key-event.ts'
import type { Principal } from '../lib/principal.ts'
import { isRevokedBy, namesOf, REVOCATION_KINDS, REVOCATION_RULES, targetOf } from '../lib/revocation-rules.ts'

/** What ends credentials: the name by which sockets are found, and whether one of them is meant. */
interface Ending {
  readonly name: string
  isAbout(principal: Principal): boolean
}

interface OpenSocket {
  readonly principal: Principal
  readonly socket: Duplex
}

/** The methods whose credentials are tokens that a revocation list knows. */
const TOKEN_METHODS: readonly string[] = ['jwt', 'introspection']

/** Upgraded sockets, by every name under which what opened them may be revoked. */
const socketsOf = new Map<string, Set<OpenSocket>>()
/** What has ended since each decision about an upgrade began that is not over. */
const watches = new Set<Ending[]>()

/** Whether anybody waits for an end. Only then it is listened. */
let isListening = false

function onKeyEvent(message: unknown): void {
  const { change, id } = message as ApiKeyEvent
  if (change !== 'revoked') return
  end({ name: nameOfKey(id), isAbout: ({ method, credentialId }) => method === 'api-key' && credentialId === id })
}

function onRevocation(message: unknown): void {
  const { revocation } = message as AppliedRevocation
  const { kind, name } = targetOf(revocation)
  end({ name: `${kind} ${name}`, isAbout: (principal) => isToken(principal) && isRevokedBy(revocation, principal) })
}

function end(ending: Ending): void {
  for (const watch of watches) watch.push(ending)
  for (const { principal, socket } of socketsOf.get(ending.name) ?? []) {
    if (ending.isAbout(principal)) socket.destroy()
  }
}

/** Ends a socket when a key or token that opened it is revoked, as far as this process knows. */
export function endOnRevocation(principal: Principal, socket: Duplex): void {
  for (const part of principalsBehind(principal)) follow(part, socket)
}

function follow(principal: Principal, socket: Duplex): void {
  const names = revocableNames(principal)
  const entry = { principal, socket }
  for (const name of names) {
    const sockets = socketsOf.get(name) ?? new Set()
    socketsOf.set(name, sockets.add(entry))
  }
  listenIfNeeded()
  socket.once('close', () => {
    for (const name of names) {
      const sockets = socketsOf.get(name)
      if (sockets?.delete(entry) && sockets.size === 0) socketsOf.delete(name)
    }
    listenIfNeeded()
  })
}

export interface RevocationWatch {
  /** Whether a key or token of a principal was revoked since the watch began. */
  hasSeen(principal: Principal): boolean
  stop(): void
}

/** Notes what is revoked while a decision is made: a socket that it opens is among no open ones yet. */
export function watchRevocations(): RevocationWatch {
  const endings: Ending[] = []
  watches.add(endings)
  listenIfNeeded()
  return {
    hasSeen: (principal) => principalsBehind(principal).some((part) => endings.some((ending) => ending.isAbout(part))),
    stop() {
      watches.delete(endings)
      listenIfNeeded()
    },
  }
}

function listenIfNeeded(): void {
  const isNeeded = socketsOf.size > 0 || watches.size > 0
  if (isNeeded === isListening) return
  isListening = isNeeded
  const change = isNeeded ? subscribe : unsubscribe
  change(keyEvents.name, onKeyEvent)
  change(appliedRevocations.name, onRevocation)
}

function revocableNames(principal: Principal): readonly string[] {
  if (principal.method === 'api-key' && principal.credentialId) return [nameOfKey(principal.credentialId)]
  if (!isToken(principal)) return []
  return REVOCATION_KINDS.flatMap((kind) => namesOf(REVOCATION_RULES[kind], principal).map((name) => `${kind} ${name}`))
}

function nameOfKey(id: string): string {
  return `api-key ${id}`
}

function isToken({ method }: Principal): boolean {
  return TOKEN_METHODS.includes(method)
}
