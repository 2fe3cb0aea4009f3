import type { Server } from 'node:https'
import { type Awaitable, isLater, type Schedule, systemSchedule } from '../lib/effects.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber, invalidOption } from '../lib/options.ts'
import { emitWarning, type Warn } from '../lib/warning.ts'
import { type TlsOptions, tlsOptions } from './tls-options.ts'

export interface TlsReloadOptions {
  /** Looks at the files that often. Default: only when `reload` is called. */
  readonly everySeconds?: number
  /** What else to do then, such as `() => mtls.refresh()`. */
  readonly onReload?: () => Awaitable<void>
  readonly schedule?: Schedule
  /** Hears of a reload that failed. Default: a process warning. */
  readonly warn?: Warn
}

export interface TlsReload {
  /**
   * Reads all files anew. New connections meet what they hold; sessions of before are not resumed, unless under `ticketKeys`.
   * @throws TypeError (or rejects) when one cannot be used; the former settings stay
   */
  reload(): Promise<void>
  /** Ends looking at files. */
  stop(): void
}

const FACTORY = 'tlsReload'

/** Lets a running server take new keys, authorities and lists of revoked certificates without a restart. */
export function tlsReload(server: Server, tls: TlsOptions, options: TlsReloadOptions = {}): TlsReload {
  assertKnownKeys(FACTORY, options, ['everySeconds', 'onReload', 'schedule', 'warn'])
  const { everySeconds, onReload, schedule = systemSchedule, warn = emitWarning } = options
  if (everySeconds !== undefined) assertPositiveNumber(FACTORY, 'everySeconds', everySeconds, 1)
  if (onReload !== undefined) assertFunction(FACTORY, 'onReload', onReload)
  assertFunction(FACTORY, 'schedule', schedule)
  assertFunction(FACTORY, 'warn', warn)
  if (typeof server?.setSecureContext !== 'function') throw invalidOption(FACTORY, 'needs a server of node:https')
  let inUse = JSON.stringify(tlsOptions(tls))
  let cancel: () => void = () => undefined

  async function reload(isForced: boolean): Promise<void> {
    const settings = tlsOptions(tls)
    const found = JSON.stringify(settings)
    if (isForced || found !== inUse) {
      server.setSecureContext(settings)
      inUse = found
    }
    const done = onReload?.()
    if (isLater(done)) await done
  }

  function watch(seconds: number): void {
    cancel = schedule(() => {
      reload(false)
        .catch((error: unknown) => warn(`${FACTORY}: ${error instanceof Error ? error.message : 'failed'}`))
        .finally(() => {
          if (!isStopped) watch(seconds)
        })
    }, seconds * 1000)
  }

  let isStopped = false
  if (everySeconds !== undefined) watch(everySeconds)
  return {
    reload: () => reload(true),
    stop() {
      isStopped = true
      cancel()
    },
  }
}
