import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { after } from 'node:test'
import type { DecisionEvent } from '../../lib/decision-event.ts'

/** Listens on the channel, until the end of the test file or suite. */
export function decisionEvents(): DecisionEvent[] {
  const events: DecisionEvent[] = []
  const listen = (event: unknown) => void events.push(event as DecisionEvent)
  subscribe('gatewarden:decision', listen)
  after(() => void unsubscribe('gatewarden:decision', listen))
  return events
}
