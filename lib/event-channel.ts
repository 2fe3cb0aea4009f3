import { type Channel, type ChannelListener, channel } from 'node:diagnostics_channel'
import { isLater, systemClock } from './effects.ts'
import { emitWarning, rarely, type Warn } from './warning.ts'

/**
 * The diagnostics channel of that name. What a subscriber throws, or rejects with later, is a warning, once a minute at most.
 * Node.js would make an uncaught exception of it, which ends the process and every request with it. It makes no difference
 * whether one subscribes by the channel or by `node:diagnostics_channel`. Whoever subscribed before this package was loaded
 * is on the terms of Node.js.
 */
export function eventChannel(name: string, warn: Warn = rarely(emitWarning, systemClock)): Channel {
  const events = channel(name)
  // Another copy of this package has done it.
  if (Object.hasOwn(events, 'subscribe')) return events
  const guards = new WeakMap<ChannelListener, ChannelListener>()

  function guardOf(listener: ChannelListener): ChannelListener {
    const known = guards.get(listener)
    if (known || typeof listener !== 'function') return known ?? listener
    const guard = guarded(listener, name, warn)
    guards.set(listener, guard)
    // Node.js subscribes the first one in two steps, and the second comes here again.
    guards.set(guard, guard)
    return guard
  }

  // Looked up at each call: Node.js changes the prototype of a channel with its first subscriber and its last.
  const inherited = (): Channel => Object.getPrototypeOf(events)
  Object.defineProperties(events, {
    subscribe: { value: (listener: ChannelListener) => inherited().subscribe.call(events, guardOf(listener)) },
    unsubscribe: {
      value: (listener: ChannelListener) => inherited().unsubscribe.call(events, guards.get(listener) ?? listener),
    },
  })
  return events
}

function guarded(listener: ChannelListener, name: string, warn: Warn): ChannelListener {
  const tell = (thrown: unknown) => {
    try {
      warn(`a subscriber of ${name} failed: ${wordsOf(thrown)}`)
    } catch {
      // There is nobody else to tell.
    }
  }
  return (message, channelName) => {
    try {
      const answer: unknown = listener(message, channelName)
      if (isLater(answer)) answer.then(undefined, tell)
    } catch (thrown) {
      tell(thrown)
    }
  }
}

/** Where it was thrown: the message of an exception may hold what the subscriber sends with, as a password in a URL. */
function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'it threw no error'
  const [, where = ''] = /^\s*(at .*)$/m.exec((thrown.stack ?? '').replace(thrown.message, '')) ?? []
  return `${thrown.name} ${where}`.trimEnd()
}
