import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { suite, test } from 'node:test'
import { appliedRevocations } from '../../lib/applied-revocation.ts'
import { joinPrincipals } from '../../lib/joined-principals.ts'
import { keyEvents } from '../../lib/keys/key-event.ts'
import type { Revocation } from '../../lib/store/revocation-list.ts'
import { endOnRevocation, watchRevocations } from '../../middleware/open-sockets.ts'
import { NOW } from '../support/access-token.ts'
import { apiKeysFixture, granted } from '../support/api-keys-fixture.ts'
import { principal } from '../support/outcomes.ts'
import { COVERED, NOT_COVERED } from '../support/revocation-cases.ts'
import { tokenRevocation } from '../support/revocations.ts'

const isHeard = () => keyEvents.hasSubscribers || appliedRevocations.hasSubscribers
const closed = () => new Promise((resolve) => setImmediate(resolve))
const publish = (revocation: Revocation) => appliedRevocations.publish({ revocation, isOwn: false, at: NOW })

/** A socket that is open under a principal; it is closed after the test. */
function socketOf(context: { after(hook: () => void): void }, ...args: Parameters<typeof principal>): PassThrough {
  const socket = new PassThrough()
  endOnRevocation(principal(...args), socket)
  context.after(() => void socket.destroy())
  return socket
}

test('a socket ends when its key is revoked, and no other', async () => {
  const { keys } = apiKeysFixture()
  const made = async () => granted(await keys.create({ owner: 'acme', environment: 'live' })).record.id
  const [id, other] = [await made(), await made()]
  const sockets = [new PassThrough(), new PassThrough(), new PassThrough()]
  for (const [index, socket] of sockets.entries()) {
    endOnRevocation(principal({ method: 'api-key', credentialId: index < 2 ? id : other }), socket)
  }
  const destroyed = () => sockets.map((socket) => socket.destroyed)
  await keys.update(id, { label: 'x' })
  assert.deepEqual(destroyed(), [false, false, false])
  await keys.revoke(id)
  assert.deepEqual(destroyed(), [true, true, false])
  assert.ok(keyEvents.hasSubscribers)
  sockets[2]?.destroy()
  await closed()
  assert.ok(!isHeard(), 'nobody listens when nothing is open')
})

suite('a socket that a token opened', () => {
  for (const method of ['jwt', 'introspection']) {
    for (const [name, revocation, fields] of COVERED) {
      test(`ends when it is revoked, by ${method}: ${name}`, (context) => {
        const socket = socketOf(context, { ...fields, method })
        publish(revocation)
        assert.ok(socket.destroyed)
      })
    }
  }

  for (const [name, revocation, fields] of NOT_COVERED) {
    test(`stays open: ${name}`, (context) => {
      const socket = socketOf(context, fields)
      publish(revocation)
      assert.ok(!socket.destroyed)
    })
  }

  test('a key is no token, even of the same name', (context) => {
    const socket = socketOf(context, { method: 'api-key', credentialId: 'token-1', clientId: 'web-app' })
    publish(tokenRevocation('token-1'))
    publish({ kind: 'client', clientId: 'web-app', expiresAt: NOW + 60 })
    assert.ok(!socket.destroyed)
  })

  test('nothing is kept of those that have closed', async () => {
    const sockets = Array.from({ length: 100 }, (_, index) => {
      const socket = new PassThrough()
      endOnRevocation(principal({ credentialId: `t${index}`, claims: { sid: 's' } }), socket)
      return socket
    })
    assert.ok(isHeard())
    publish({ kind: 'session', sessionId: 's', expiresAt: NOW + 60 })
    assert.ok(sockets.every(({ destroyed }) => destroyed))
    await closed()
    assert.ok(!isHeard())
  })
})

suite('a socket that several credentials opened together', () => {
  const parts = () => [
    principal({ credentialId: 'token-1' }),
    principal({ method: 'hmac', credentialId: 'signer' }),
    principal({ credentialId: 'token-2' }),
  ]
  const joint = () => joinPrincipals(principal({ credentialId: 'token-1' }), parts())

  for (const id of ['token-1', 'token-2']) {
    test(`ends when ${id} is revoked`, async () => {
      const socket = new PassThrough()
      endOnRevocation(joint(), socket)
      publish(tokenRevocation('token-3'))
      assert.ok(!socket.destroyed)
      publish(tokenRevocation(id))
      assert.ok(socket.destroyed)
      await closed()
      assert.ok(!isHeard())
    })

    test(`is not opened when ${id} is revoked meanwhile`, () => {
      const watch = watchRevocations()
      publish(tokenRevocation(id))
      assert.ok(watch.hasSeen(joint()))
      assert.equal(watch.hasSeen(principal({ credentialId: 'token-3' })), false)
      watch.stop()
    })
  }
})

test('what is revoked while a decision is made is noted, until it is made', () => {
  const watch = watchRevocations()
  const [revoked, other] = [principal({ credentialId: 't1' }), principal({ credentialId: 't2' })]
  publish(tokenRevocation('t1'))
  assert.deepEqual([watch.hasSeen(revoked), watch.hasSeen(other)], [true, false])
  watch.stop()
  assert.ok(!isHeard())
})
