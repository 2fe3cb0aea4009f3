import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { NOW } from '../support/access-token.ts'
import { signedGateway } from '../support/signed-gateway.ts'
import { timestampAt } from '../support/signed-request.ts'

const gateway = await signedGateway()

/** Every one of these is signed as it is sent: only the timestamp itself is wrong. */
suite('S-01: a timestamp', () => {
  const wrong: Readonly<Record<string, string>> = {
    'not there': '',
    'that is no number': 'NaN',
    'in seconds': String(NOW),
    'in milliseconds': String(NOW * 1_000),
    'in RFC 1123': 'Tue, 14 Nov 2023 22:13:20 GMT',
    'without a zone, which is local time to some': '2023-11-14T22:13:20',
    'with an offset': '2023-11-14T22:13:20+00:00',
    'in lower case': '2023-11-14t22:13:20z',
    'that is a year': '2023',
    'that is a day': '2023-11-14',
    'of a far year': '+275760-09-13T00:00:00Z',
    'of a year before': '-000001-01-01T00:00:00Z',
    'of no day': '2026-02-30T00:00:00Z',
    'at 24 hours': '2023-11-14T24:00:00Z',
    'with a leap second': '2023-11-14T22:12:60Z',
    'with an empty fraction': '2023-11-14T22:13:20.Z',
    'with a comma': '2023-11-14T22:13:20,5Z',
    'and another': '2023-11-14T22:13:20Z, 2023-11-14T22:13:20Z',
    'with a space between': '2023-11-14 22:13:20Z',
    'that is infinite': 'Infinity',
    'that is hexadecimal': '0x6553f100',
  }
  for (const [name, timestamp] of Object.entries(wrong)) {
    test(`${name}: 401`, async () => {
      assert.equal(await gateway.status({ timestamp }), 401)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('left out, or sent twice: 401', async () => {
    assert.equal(await gateway.status({}, { headers: { 'x-timestamp': undefined } }), 401)
    assert.equal(await gateway.status({}, { lines: [`X-Timestamp: ${timestampAt(NOW)}`] }), 401)
    assert.equal(
      await gateway.status({}, { headers: { 'x-timestamp': undefined, X_Timestamp: timestampAt(NOW) } }),
      401,
    )
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('is good for five minutes each way, and not for a second more', async () => {
    for (const [offset, status] of [
      [-301, 401],
      [-300, 200],
      [-299, 200],
      [299, 200],
      [300, 200],
      [301, 401],
    ] as const) {
      assert.equal(await gateway.status({ timestamp: timestampAt(NOW + offset) }), status, String(offset))
    }
    assert.equal(gateway.upstream.take().length, 4)
  })

  test('with a fraction counts to the fraction', async () => {
    const at = (milliseconds: number) => new Date(NOW * 1_000 + milliseconds).toISOString()
    assert.equal(await gateway.status({ timestamp: at(-300_001) }), 401)
    assert.equal(await gateway.status({ timestamp: at(-299_999) }), 200)
    gateway.upstream.take()
  })
})
