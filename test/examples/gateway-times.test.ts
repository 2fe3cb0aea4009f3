import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readRulesConfig } from '../../examples/gateway/rules-config.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { testClock } from '../support/clock.ts'

const clock = testClock()
const gateway = await attackedGateway({ config: { now: clock.now } })
const { businessHours } = readRulesConfig({ MAINTENANCE_ZONE: 'Europe/Berlin', MAINTENANCE_HOURS: '08:00-12:00' })
const inBerlin = await attackedGateway({ config: { now: clock.now, businessHours } })

async function statusAt(at: typeof gateway, time: string, roles: readonly string[] = ['admin'], path = '/maintenance') {
  clock.set(Date.parse(time) / 1000)
  const response = await fetch(`http://127.0.0.1:${at.port}${path}`, {
    headers: { authorization: `Bearer ${at.token({ roles })}` },
  })
  await response.body?.cancel()
  return response.status
}

suite('/maintenance/** is for administrators in business hours', () => {
  // 2030-01-04 is a Friday.
  for (const [time, status] of [
    ['2030-01-04T08:59:59Z', 403],
    ['2030-01-04T09:00:00Z', 200],
    ['2030-01-04T16:59:59Z', 200],
    ['2030-01-04T17:00:00Z', 403],
    ['2030-01-05T12:00:00Z', 403],
    ['2030-01-06T12:00:00Z', 403],
    ['2030-01-07T12:00:00Z', 200],
  ] as const) {
    test(`${time}: ${status}`, async () => {
      assert.equal(await statusAt(gateway, time), status)
      assert.equal(await statusAt(gateway, time, ['admin'], '/maintenance/deep/echo'), status)
      assert.equal(await statusAt(gateway, time, ['editor']), 403)
      assert.equal(await statusAt(gateway, time, ['admin'], '/echo'), 200)
    })
  }

  test('never for strangers', async () => {
    clock.set(Date.parse('2030-01-04T12:00:00Z') / 1000)
    assert.equal((await fetch(`http://127.0.0.1:${gateway.port}/maintenance`)).status, 401)
  })

  test('by the clocks of the place that is configured, in winter and in summer', async () => {
    for (const [time, status] of [
      ['2030-01-04T06:59:59Z', 403],
      ['2030-01-04T07:00:00Z', 200],
      ['2030-01-04T10:59:59Z', 200],
      ['2030-01-04T11:00:00Z', 403],
      ['2030-07-05T06:00:00Z', 200],
      ['2030-07-05T10:00:00Z', 403],
    ] as const) {
      assert.equal(await statusAt(inBerlin, time), status, time)
    }
  })
})
