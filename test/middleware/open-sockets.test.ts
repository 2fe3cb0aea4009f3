import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { keyEvents } from '../../lib/keys/key-event.ts'
import { endOnRevocation } from '../../middleware/open-sockets.ts'
import { apiKeysFixture, granted } from '../support/api-keys-fixture.ts'

test('a socket ends when its key is revoked, and no other', async () => {
  const { keys } = apiKeysFixture()
  const made = async () => granted(await keys.create({ owner: 'acme', environment: 'live' })).record.id
  const [id, other] = [await made(), await made()]
  const sockets = [new PassThrough(), new PassThrough(), new PassThrough()]
  for (const [index, socket] of sockets.entries()) endOnRevocation(index < 2 ? id : other, socket)
  await keys.update(id, { label: 'x' })
  assert.deepEqual(
    sockets.map(({ destroyed }) => destroyed),
    [false, false, false],
  )
  await keys.revoke(id)
  assert.deepEqual(
    sockets.map(({ destroyed }) => destroyed),
    [true, true, false],
  )
  assert.ok(keyEvents.hasSubscribers)
  sockets[2]?.destroy()
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(!keyEvents.hasSubscribers, 'nobody listens when nothing is open')
})
