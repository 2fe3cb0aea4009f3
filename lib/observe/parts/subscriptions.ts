import type { Channel } from 'node:diagnostics_channel'

/** A channel, and who hears what is published on it. */
export type Subscription = readonly [events: Channel, listener: (event: never) => void]

/**
 * Subscribes all of them.
 * @returns what ends it; a second call does nothing
 */
export function subscribeAll(subscriptions: readonly Subscription[]): () => void {
  const listeners = subscriptions.map(([events, listener]) => {
    // Of its own each time, so that one who stops does not stop another.
    const hear = (event: unknown): void => listener(event as never)
    events.subscribe(hear)
    return [events, hear] as const
  })
  return () => {
    for (const [events, hear] of listeners.splice(0)) events.unsubscribe(hear)
  }
}
