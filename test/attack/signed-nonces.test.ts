import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { NOW } from '../support/access-token.ts'
import { claimedOnce } from '../support/claimed-once.ts'
import { statusOf } from '../support/raw-tcp.ts'
import { type SignedGateway, signedGateway } from '../support/signed-gateway.ts'
import { timestampAt } from '../support/signed-request.ts'

const gateway = await signedGateway()

/** What came through of the requests that were sent. */
async function through(to: SignedGateway, ...statuses: readonly Promise<number>[]): Promise<readonly number[]> {
  const answered = await Promise.all(statuses)
  assert.equal(to.upstream.take().length, answered.filter((status) => status === 200).length)
  return answered
}

suite('S-02: a nonce', () => {
  test('is good once in the window, whatever it comes with', async () => {
    assert.deepEqual(await through(gateway, gateway.status({ nonce: 'n-1' })), [200])
    assert.deepEqual(await through(gateway, gateway.status({ nonce: 'n-1' })), [401])
    assert.deepEqual(await through(gateway, gateway.status({ nonce: 'n-1', method: 'DELETE', target: '/x' })), [401])
    const later = { nonce: 'n-1', timestamp: timestampAt(NOW + 200) }
    assert.deepEqual(await through(gateway, gateway.status(later)), [401])
  })

  test('comes back in a new request after the window; the old request does not', async () => {
    const { status, clock, upstream } = await signedGateway()
    const ahead = { nonce: 'n-2', timestamp: timestampAt(NOW + 300) }
    assert.equal(await status(ahead), 200)
    clock.advance(600)
    assert.equal(await status(ahead), 401)
    clock.advance(2)
    assert.equal(await status(ahead), 401)
    assert.equal(await status({ nonce: 'n-2', timestamp: timestampAt(NOW + 602) }), 200)
    assert.equal(upstream.take().length, 2)
  })

  test('of another key is another', async () => {
    const other = await gateway.vault.create({ owner: 'globex' })
    const by = { keyId: other.record.keyId, secret: other.secret }
    assert.deepEqual(await through(gateway, gateway.status({ nonce: 'n-3' })), [200])
    assert.deepEqual(await through(gateway, gateway.status({ nonce: 'n-3' }, {}, by)), [200])
  })

  test('is not used up by a request that is bad', async () => {
    assert.equal(await gateway.status({ nonce: 'n-4' }, {}, { secret: 'x'.repeat(43) }), 401)
    assert.equal(await gateway.status({ nonce: 'n-4' }, { body: 'other' }), 401)
    assert.deepEqual(await through(gateway, gateway.status({ nonce: 'n-4' })), [200])
  })

  for (const [name, nonce] of Object.entries({
    'of 10 kB': 'n'.repeat(10_000),
    'of 129 characters': 'n'.repeat(129),
    empty: '',
    'with a space': 'a b',
    'that is not ASCII': 'n\u00e9',
    'that is a joined pair': 'a, a',
  })) {
    test(`${name}: 401`, async () => {
      assert.deepEqual(await through(gateway, gateway.status({ nonce })), [401])
    })
  }

  test('left out of what was signed with one, added to what was signed without, sent twice: 401', async () => {
    assert.equal(await gateway.status({ nonce: 'n-5' }, { headers: { 'x-nonce': undefined } }), 401)
    assert.equal(await gateway.status({}, { headers: { 'x-nonce': 'n-5' } }), 401)
    assert.equal(await gateway.status({ nonce: 'n-5' }, { lines: ['X-Nonce: n-5'] }), 401)
    assert.equal(await gateway.status({ nonce: 'n-5' }, { lines: ['Connection: x-nonce'] }), 401)
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('must be there where it is required', async () => {
    const strict = await signedGateway({ hmac: { requireNonce: true } })
    assert.deepEqual(await through(strict, strict.status(), strict.status({ nonce: 'n' })), [401, 200])
  })
})

suite('S-02: of two identical requests at once, one comes in', () => {
  for (const [name, nonce] of [
    ['with a nonce', (run: number) => ({ nonce: `run-${run}` })],
    ['without', (run: number) => ({ target: `/orders/${run}` })],
  ] as const) {
    test(`100 times, ${name}`, async () => {
      const twin = await signedGateway()
      for (let run = 0; run < 100; run++) {
        const statuses = await through(twin, twin.status(nonce(run)), twin.status(nonce(run)))
        assert.deepEqual([...statuses].sort(), [200, 401], `run ${run}`)
      }
    })
  }
})

suite('S-02: a replay store', () => {
  test('that is down lets nobody in: 503', async () => {
    const replayStore = claimedOnce()
    const down = await signedGateway({ hmac: { replayStore } })
    replayStore.setDown(true)
    assert.deepEqual(await through(down, down.status(), down.status({ nonce: 'n' })), [503, 503])
    assert.equal(await down.status({}, {}, { secret: 'x'.repeat(43) }), 401)
    replayStore.setDown(false)
    assert.deepEqual(await through(down, down.status({ nonce: 'n' })), [200])
  })

  test('that is full forgets nothing: 503', async () => {
    const full = await signedGateway({ hmac: { replayStore: memoryReplayStore({ maxEntries: 2, now: () => NOW }) } })
    const statuses = []
    for (const nonce of ['a', 'b', 'c', 'a']) statuses.push(await full.status({ nonce }))
    assert.deepEqual(statuses, [200, 200, 503, 401])
  })

  test('that answers with neither yes nor no has failed: 503', async () => {
    for (const answer of ['OK', 1, {}, [], 'false', null, undefined]) {
      const odd = await signedGateway({ hmac: { replayStore: { claim: async () => answer as unknown as boolean } } })
      assert.deepEqual(await through(odd, odd.status()), [503], String(answer))
    }
  })

  test('that answers nothing is given up after the deadline of the boundary: 503', async () => {
    const stuck = await signedGateway({
      hmac: { replayStore: { claim: () => new Promise(() => undefined) } },
      boundary: { deadlineMs: 50 },
    })
    assert.equal(statusOf(await stuck.send()), 503)
    assert.deepEqual(stuck.upstream.take(), [])
  })
})
