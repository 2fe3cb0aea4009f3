import type { Channel } from 'node:diagnostics_channel'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { after } from 'node:test'

/** Gathers what is published on a channel until the tests of the file or suite end. */
export function publishedOn<T>(channel: Channel): T[] {
  const events: T[] = []
  const hear = (event: unknown) => void events.push(event as T)
  subscribe(channel.name, hear)
  after(() => void unsubscribe(channel.name, hear))
  return events
}
