import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../lib/api-key.ts'
import { type DecisionEvent, decisions } from '../../lib/decision-event.ts'
import type { ApiKeyRecord } from '../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../lib/store/memory.ts'
import { type KeyGateway, type KeyReply, startKeyGateway } from '../support/key-gateway.ts'
import { keyRecord } from '../support/key-record.ts'
import { publishedOn } from '../support/published-events.ts'

/** Attack group A5: a bad key learns nothing from the answer; the event says what was wrong. */
describe('A5: every bad key gets the same answer', () => {
  const bad = new Map<string, string>()
  const records: ApiKeyRecord[] = []
  const add = (reason: string, environment: string, fields?: Partial<ApiKeyRecord>) => {
    const key = generateApiKey('sk', environment)
    bad.set(reason, key)
    if (fields) records.push(keyRecord({ environment, hash: hashApiKey(key), ...fields }))
    return key
  }
  add('revoked', 'live', { revokedAt: 1 })
  add('expired', 'live', { expiresAt: 1 })
  add('rotated', 'live', { replacedBy: 'key_x', graceUntil: 1 })
  add('environment', 'test', {})
  const near = add('unknown', 'live')
  bad.set('format', near.slice(0, -1) + (near.endsWith('0') ? '1' : '0'))
  const events = publishedOn<DecisionEvent>(decisions)
  let gateway: KeyGateway
  before(async () => {
    gateway = await startKeyGateway({ keys: memoryKeyStore(records), environments: ['live'] })
  })
  after(() => gateway.close())

  test('unknown, wrong, expired, revoked, rotated and of another environment: the same bytes', async () => {
    events.length = 0
    const replies = new Set<string>()
    for (const [reason, key] of bad) {
      replies.add(withoutRequest(await gateway.send(['X-API-Key', key])))
      const { reason: told, status } = events.at(-1) ?? {}
      assert.deepEqual({ told, status }, { told: reason, status: 401 })
    }
    assert.equal(replies.size, 1)
    const [reply = ''] = replies
    assert.match(reply, /"detail":"The API key is not valid\."/)
    assert.match(
      reply,
      /"www-authenticate":"ApiKey realm=\\"api\\", in=\\"header\\", name=\\"X-API-Key\\", error=\\"invalid_token\\""/,
    )
    assert.doesNotMatch(reply, /revoked|expired|unknown|rotated|environment|format/)
  })

  test('neither a key nor a hash is in an event, whatever was wrong with it', () => {
    const text = JSON.stringify(events)
    for (const key of bad.values()) {
      assert.equal(text.includes(key), false)
      assert.equal(text.includes(hashApiKey(key)), false)
    }
  })
})

/** What differs in every answer tells nothing: the request's id, and the time. */
function withoutRequest({ status, headers, body }: KeyReply): string {
  const { date: _date, 'x-request-id': requestId = '', ...rest } = headers
  return JSON.stringify({ status, headers: rest }) + body.replace(String(requestId), 'ID')
}
