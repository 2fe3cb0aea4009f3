import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../lib/api-key.ts'
import { type DecisionEvent, decisions } from '../../lib/decision-event.ts'
import { type KeyGateway, startKeyGateway } from '../support/key-gateway.ts'
import { keyRecord } from '../support/key-record.ts'
import { publishedOn } from '../support/published-events.ts'
import { watchedKeyStore } from '../support/watched-key-store.ts'

/** Attack row K-01: ways to present an API key that must not work, and what must not reach the upstream. */
describe('K-01: how an API key is presented', () => {
  const key = generateApiKey('sk', 'live')
  const watched = watchedKeyStore([keyRecord({ hash: hashApiKey(key) })])
  const events = publishedOn<DecisionEvent>(decisions)
  let gateway: KeyGateway
  before(async () => {
    gateway = await startKeyGateway({ keys: watched.store, environments: ['live'], guesses: false })
  })
  after(() => gateway.close())

  test('in its header it is good, and the upstream sees it in no form', async () => {
    const reply = await gateway.send(['x-ApI-kEy', key, 'Accept', '*/*'])
    assert.equal(reply.status, 200)
    assert.equal(JSON.stringify(gateway.forwarded.at(-1)).includes(key), false)
    assert.equal(reply.body.includes(key), false)
    assert.equal(JSON.stringify(events).includes(key), false)
  })

  const refused: [name: string, status: number, headers: () => string[], path?: string][] = [
    ['nowhere', 401, () => []],
    ['in the query', 400, () => [], `/orders?x-api-key=${key}`],
    ['in the query, by the usual names', 400, () => [], `/orders?a=1&API_KEY=${key}`],
    ['in the query, beside the header', 400, () => ['X-API-Key', key], `/orders?api_key=${key}`],
    ['in two headers', 400, () => ['X-API-Key', key, 'X-API-Key', key]],
    ['in two headers of another case', 400, () => ['X-API-Key', key, 'x-api-key', generateApiKey('sk', 'live')]],
    ['joined by a comma', 401, () => ['X-API-Key', `${key}, ${key}`]],
    ['joined by a comma, empty first', 401, () => ['X-API-Key', `,${key}`]],
    ['as Bearer', 401, () => ['Authorization', `Bearer ${key}`]],
    ['as ApiKey, where no scheme is set', 401, () => ['Authorization', `ApiKey ${key}`]],
    ['in a header that folds to the same name', 401, () => ['X_API_Key', key]],
    ['in a cookie', 401, () => ['Cookie', `x-api-key=${key}`]],
    ['with a scheme before it', 401, () => ['X-API-Key', `ApiKey ${key}`]],
    ['in quotes', 401, () => ['X-API-Key', `"${key}"`]],
    ['in upper case', 401, () => ['X-API-Key', key.toUpperCase()]],
    ['in lower case', 401, () => ['X-API-Key', key.toLowerCase()]],
    ['percent-encoded', 401, () => ['X-API-Key', key.replace('_', '%5F')]],
    ['with a character more', 401, () => ['X-API-Key', `${key}0`]],
    ['with a character less', 401, () => ['X-API-Key', key.slice(0, -1)]],
    ['with a NUL spelled out', 401, () => ['X-API-Key', `${key}%00`]],
    ['as a test key on a live boundary', 401, () => ['X-API-Key', generateApiKey('sk', 'test')]],
    ['as a key of another prefix', 401, () => ['X-API-Key', generateApiKey('pk', 'live')]],
    ['as one megabyte', 401, () => ['X-API-Key', 'a'.repeat(2 ** 20)]],
    ['as one megabyte of underscores', 401, () => ['X-API-Key', 'a_'.repeat(2 ** 19)]],
    ['in Latin-1', 401, () => ['X-API-Key', key.replace('sk', 'ßk')]],
    ['as its hash', 401, () => ['X-API-Key', hashApiKey(key)]],
    ['as an object of a query language', 401, () => ['X-API-Key', '{"$ne":null}']],
    ['as SQL', 401, () => ['X-API-Key', "' OR '1'='1"]],
    ['as nothing', 401, () => ['X-API-Key', '']],
  ]
  for (const [name, status, headers, path] of refused) {
    test(`${name}: ${status}, before the store is asked, and nothing goes upstream`, async () => {
      const before = { forwarded: gateway.forwarded.length, lookUps: watched.lookUps }
      const reply = await gateway.send(headers(), path)
      assert.equal(reply.status, status, reply.body)
      assert.equal(gateway.forwarded.length, before.forwarded)
      assert.equal(watched.lookUps, before.lookUps)
      assert.equal(reply.body.includes(key) || JSON.stringify(reply.headers).includes(key), false)
      assert.equal(JSON.stringify(events).includes(key), false)
    })
  }

  test('white space around a field value is no part of it (RFC 9110 §5.5)', async () => {
    assert.equal((await gateway.send(['X-API-Key', ` ${key}\t `])).status, 200)
  })

  test('the store is asked by hash: it never sees a key', async () => {
    const asked: string[] = []
    const store = { findByHash: (hashes: readonly string[]) => void asked.push(...hashes) }
    const other = await startKeyGateway({ keys: store, environments: ['live'] })
    await other.send(['X-API-Key', key])
    await other.close()
    assert.deepEqual(asked, [hashApiKey(key)])
  })
})
