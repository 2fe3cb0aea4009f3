import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitStoreEvents } from '../../../lib/limit/store-event.ts'

test('the channel goes by its documented name', () => assert.equal(limitStoreEvents.name, 'gatewarden:limit-store'))
