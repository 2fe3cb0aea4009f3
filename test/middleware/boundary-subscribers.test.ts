import assert from 'node:assert/strict'
import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { suite, test } from 'node:test'
import express from 'express'
import { decisions } from '../../lib/decision-event.ts'
import { deliverEvents } from '../../lib/event-delivery.ts'
import { keyEvents } from '../../lib/keys/key-event.ts'
import { limitStoreEvents } from '../../lib/limit/store-event.ts'
import type { RateLimitStore } from '../../lib/store/rate-limit-store.ts'
import { apiBoundary } from '../support/api-boundary.ts'
import { echo } from '../support/echo.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const never = () => new Promise<never>(() => undefined)
const SUBSCRIBERS: Readonly<Record<string, ChannelListener>> = {
  throws: () => {
    throw new Error('x')
  },
  'throws no error': () => {
    throw undefined
  },
  rejects: () => Promise.reject(new Error('x')),
  'throws from then': () => ({
    // biome-ignore lint/suspicious/noThenProperty: it is what a broken promise has
    then() {
      throw new Error('x')
    },
  }),
  'never ends': never,
  'holds a lot': () => Buffer.alloc(16 * 1024 * 1024),
  'recurses for ever': function recurse(message, name) {
    recurse(message, name)
  },
  'publishes another event, whose subscriber throws': () => keyEvents.publish({}),
  'stops itself': () => unsubscribe(decisions.name, SUBSCRIBERS['stops itself'] ?? never),
}

suite('requests are answered as ever, whatever a subscriber does that', async () => {
  const port = await serve(express().use(apiBoundary(), echo))
  const key = [['X-API-Key', 'alice']] as const
  for (const [name, listener] of Object.entries(SUBSCRIBERS)) {
    test(name, async (context) => {
      const failing = () => {
        throw new Error('x')
      }
      subscribe(keyEvents.name, failing)
      subscribe(decisions.name, listener)
      context.after(() => {
        unsubscribe(keyEvents.name, failing)
        unsubscribe(decisions.name, listener)
      })
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          sendRequest(port, { path: index % 2 === 0 ? '/orders/1' : '/admin', headers: key }),
        ),
      )
      for (const [index, { status }] of answers.entries()) assert.equal(status, index % 2 === 0 ? 200 : 403)
    })
  }

  test('never writes what is delivered to it', async (context) => {
    const delivery = deliverEvents(decisions, {
      write: never,
      maxWaiting: 5,
      deadlineMs: 1_000,
      warn: () => undefined,
    })
    context.after(() => {
      void delivery.stop()
    })
    for (let request = 0; request < 20; request++) {
      assert.equal((await sendRequest(port, { path: '/orders/1', headers: key })).status, 200)
    }
    assert.ok(delivery.waiting <= 5 && delivery.lost >= 15)
    assert.equal(delivery.waiting + delivery.lost, 20)
  })

  test('throws where the store of the limits fails', async (context) => {
    const failing = () => {
      throw new Error('x')
    }
    subscribe(limitStoreEvents.name, failing)
    context.after(() => void unsubscribe(limitStoreEvents.name, failing))
    const store: RateLimitStore = { take: () => Promise.reject(new Error('down')) }
    const rules = [{ name: 'client', by: 'client', windows: [{ quota: 9, windowSeconds: 60 }] }] as const
    const limits = { rules, store, warn: () => undefined }
    const limited = await serve(express().use(apiBoundary({ limits }), echo))
    assert.equal((await sendRequest(limited, { path: '/orders/1', headers: key })).status, 200)
  })
})
