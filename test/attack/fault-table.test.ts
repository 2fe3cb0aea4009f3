import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { testClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { FAULTS, GARBAGE_COUNT } from '../support/faults.ts'
import { FAULTY_BOUNDARIES } from '../support/faulty-boundaries.ts'

/**
 * Attack row F-01: each dependency that decides, times each way in which it can fail, on doubles in memory. What is on real
 * servers is in `fault-table-servers.test.ts`, and in `*-failure.test.ts` of the stores; issuers and introspection endpoints over HTTP are in
 * `key-set-faults.test.ts` and `introspection-faults.test.ts`.
 */
const TIMES: Readonly<Record<string, number>> = {
  'answers with garbage': GARBAGE_COUNT,
  'answers with garbage, later': GARBAGE_COUNT,
  flaps: 24,
}
/** A cache that fails has forgotten: what it held is looked up where it came from. */
const TOLERATED = ['a token cache']
/** Garbage may be as good as an answer that there is no such thing; never as good as that there is one. */
const MAY_BE_UNKNOWN = /garbage|flaps/

for (const [dependency, made] of Object.entries(FAULTY_BOUNDARIES)) {
  suite(`${dependency} that`, { concurrency: true }, () => {
    for (const [name, fault] of Object.entries(FAULTS)) {
      test(`${name} lets nobody in, and is well again afterwards`, async () => {
        const clock = testClock()
        const boundary = await made(clock, fault())
        const told = { good: new Set<number>(), bad: new Set<number>() }
        for (let count = TIMES[name] ?? 2; count > 0; count--) {
          clock.advance(2)
          told.good.add(await boundary.good())
          clock.advance(2)
          told.bad.add(await boundary.bad())
        }
        assert.ok(!told.bad.has(200), `${[...told.bad]}`)
        if (TOLERATED.includes(dependency)) assert.deepEqual([...told.good], [200])
        else if (name === 'flaps') assert.ok([...told.good].every((status) => [200, 401, 403, 503].includes(status)))
        else {
          const refusals = MAY_BE_UNKNOWN.test(name) ? [503, 401, 403] : [503]
          assert.ok(
            [...told.good].every((status) => refusals.includes(status)),
            `${[...told.good]}`,
          )
        }
        boundary.setFault(undefined)
        clock.advance(60)
        // What is still waited for comes to its end first, in its own time.
        await eventually(async () => {
          clock.advance(0.01)
          assert.equal(await boundary.good(), 200)
        })
        await eventually(async () => assert.ok([401, 403, 429].includes(await boundary.bad())))
      })
    }
  })
}
