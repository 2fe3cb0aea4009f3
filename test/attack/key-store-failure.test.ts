import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../lib/api-key.ts'
import { type DecisionEvent, decisions } from '../../lib/decision-event.ts'
import { cachedKeyStore } from '../../lib/store/cached-key-store.ts'
import type { ApiKeyRecord, KeyStore } from '../../lib/store/key-store.ts'
import { type KeyGateway, startKeyGateway } from '../support/key-gateway.ts'
import { keyRecord } from '../support/key-record.ts'
import { publishedOn } from '../support/published-events.ts'
import { toldStatuses } from '../support/told-statuses.ts'
import { type WatchedKeyStore, watchedKeyStore } from '../support/watched-key-store.ts'

const KEY = generateApiKey('sk', 'live')
const UNKNOWN = generateApiKey('sk', 'live')
const RECORD = keyRecord({ hash: hashApiKey(KEY) })
const events = publishedOn<DecisionEvent>(decisions)

function garbage(value: unknown): WatchedKeyStore['answer'] {
  return () => value as ApiKeyRecord
}

function thrower(thrown: unknown): WatchedKeyStore['answer'] {
  return () => {
    throw thrown
  }
}

const FAILURES: [name: string, answer: WatchedKeyStore['answer']][] = [
  ['rejects', () => Promise.reject(new Error('connection refused'))],
  ['rejects with nothing', () => Promise.reject(undefined)],
  ['rejects with "route"', () => Promise.reject('route')],
  ['throws', thrower(new Error('database is closed'))],
  ['throws nothing', thrower(undefined)],
  ['throws an empty text', thrower('')],
  ['never answers', () => new Promise(() => undefined)],
  ['answers null', garbage(null)],
  ['answers later with null', () => Promise.resolve(null as unknown as ApiKeyRecord)],
  ['answers true', garbage(true)],
  ['answers with text', garbage('OK')],
  ['answers with an empty object', garbage({})],
  ['answers with a list', garbage([RECORD])],
  ['answers with a key that was not asked for', garbage(keyRecord({ scopes: ['admin'] }))],
  ['answers with a key without an owner', garbage({ ...RECORD, owner: undefined })],
  ['answers with a key whose scopes are text', garbage({ ...RECORD, scopes: 'admin' })],
  ['answers with a key whose roles are missing', garbage({ ...RECORD, roles: undefined })],
  ['answers with a key whose expiry is text', garbage({ ...RECORD, expiresAt: '9999' })],
  ['answers with a key whose expiry is NaN', garbage({ ...RECORD, expiresAt: Number.NaN })],
  ['answers with a key whose revocation is null', garbage({ ...RECORD, revokedAt: null })],
  ['answers with a key whose networks are empty', garbage({ ...RECORD, allowedNetworks: [] })],
  ['answers with a key whose routes cannot be read', garbage({ ...RECORD, allowedRoutes: ['orders'] })],
]

/** A second passes at every look at it: nothing that was remembered is still fresh. */
function passingTime(): () => number {
  let seconds = 0
  return () => ++seconds
}

/** Attack row F-01, for stores of keys: whatever they do, a request is 503 until they answer. */
for (const cached of [false, true]) {
  describe(`F-01: a key store that fails${cached ? ', behind a cache' : ''}`, () => {
    const watched = watchedKeyStore([RECORD])
    let gateway: KeyGateway
    before(async () => {
      const keys: KeyStore = cached
        ? cachedKeyStore({
            store: watched.store,
            deadlineMs: 50,
            ttlSeconds: 0.5,
            missTtlSeconds: 0.5,
            now: passingTime(),
          })
        : watched.store
      gateway = await startKeyGateway({ keys, environments: ['live'], deadlineMs: 50, guesses: false })
    })
    after(() => gateway.close())

    for (const [name, answer] of FAILURES) {
      test(`that ${name}: 503 with Retry-After, then it recovers`, async () => {
        const reached = gateway.forwarded.length
        watched.answer = answer
        const reply = await gateway.send(['X-API-Key', KEY])
        assert.equal(reply.status, 503, reply.body)
        assert.equal(reply.headers['retry-after'], '1')
        assert.match(events.at(-1)?.reason ?? '', /^(key store|unexpected failure)$/)
        assert.equal(gateway.forwarded.length, reached)
        watched.answer = (read) => read()
        assert.deepEqual(await toldStatuses(gateway, KEY, UNKNOWN), { good: 200, unknown: 401 })
      })
    }

    test('that flaps: each request is told the truth or 503', async () => {
      let asked = 0
      watched.answer = (read) => {
        if (++asked % 2 === 0) throw new Error('flap')
        return Promise.resolve(read())
      }
      for (let round = 0; round < 50; round++) {
        const { good, unknown } = await toldStatuses(gateway, KEY, UNKNOWN)
        assert.ok([200, 503].includes(good) && [401, 503].includes(unknown), `${good} ${unknown}`)
      }
    })
  })
}
