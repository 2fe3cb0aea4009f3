import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { after, before } from 'node:test'
import type { DecisionEvent } from '../../lib/decision-event.ts'

/** Listens on the channel while the tests of the suite run. Call it in a suite. */
export function decisionEvents(): DecisionEvent[] {
  const events: DecisionEvent[] = []
  const listen = (event: unknown) => void events.push(event as DecisionEvent)
  before(() => subscribe('gatewarden:decision', listen))
  after(() => void unsubscribe('gatewarden:decision', listen))
  return events
}
