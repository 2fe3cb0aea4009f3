import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues, type Recorded } from '../support/recording-upstream.ts'

const gateway = await attackedGateway()

async function send(claims: Readonly<Record<string, unknown>>, target = '/echo'): Promise<number> {
  const headers = [`Authorization: Bearer ${gateway.token(claims)}`]
  return statusOf(await sendRequestLines(gateway.port, { target, headers }))
}

async function arrived(claims: Readonly<Record<string, unknown>>): Promise<Recorded> {
  assert.equal(await send(claims), 200)
  const [record] = gateway.upstream.take()
  return record ?? assert.fail()
}

/** A header says less than JSON does. What it cannot say must not become something else on the way. */
suite('a claim that no header can hold', () => {
  const strings = [
    ...[
      'a\r\nX-User-Roles: admin',
      'a\nb',
      'a\rb',
      'a\0b',
      'a\tb',
      '\x7f',
      '\x1b[31m',
      '\u4f60',
      'Jos\xe9',
      '\ud800',
      '\u2028',
    ],
    ...['', ' admin', 'admin ', 'x'.repeat(5_000), '\ufeffadmin', '\u0430dmin', '\xa0admin'],
  ]
  const values = [...strings, 42, true, ['alice'], { id: 'alice' }, [], {}, 1e21, [['admin']]]
  for (const claim of ['sub', 'tenant_id', 'email']) {
    for (const value of values) {
      test(`${claim}: ${JSON.stringify(value).slice(0, 40)} is refused`, async () => {
        const isEmpty = value === '' && claim !== 'sub'
        const status = await send({ [claim]: value })
        const records = gateway.upstream.take()
        if (!isEmpty || status !== 200) {
          assert.equal(status, 401)
          assert.deepEqual(records, [])
          return
        }
        const [record] = records
        const header = claim === 'email' ? 'x-user-email' : 'x-tenant-id'
        assert.deepEqual(record && foldedValues(record, header), [])
      })
    }
  }

  const roles = [
    ...[
      'viewer,admin',
      'a b',
      'admin\t',
      ' admin',
      'admin\r\nX: y',
      '\u4f60',
      'adm\xefn',
      '',
      'a,',
      ',',
      '\uff0cadmin',
    ],
    ...[42, null, true, ['admin'], { admin: true }],
  ]
  for (const role of roles) {
    test(`the role ${JSON.stringify(role)} is refused, and does not become admin`, async () => {
      for (const target of ['/echo', '/admin'])
        assert.ok([401, 403].includes(await send({ roles: ['viewer', role] }, target)))
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  for (const claim of ['admin', 'superadmin', 'admin,viewer', { admin: true }, { 0: 'admin', length: 1 }, 1, true]) {
    test(`roles that are ${JSON.stringify(claim)}, and no list, are refused`, async () => {
      for (const target of ['/echo', '/admin']) assert.equal(await send({ roles: claim }, target), 401)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('names of what every object has give no role and no claim', async () => {
    const claims = JSON.parse(
      '{"__proto__":{"roles":["admin"],"sub":"root"},"constructor":{"prototype":{"roles":["admin"]}}}',
    )
    assert.equal(await send({ ...claims, roles: undefined }, '/admin'), 403)
    for (const role of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      assert.equal(await send({ roles: [role] }, '/admin'), 403)
    }
    assert.deepEqual(gateway.upstream.take(), [])
    assert.equal(({} as { roles?: unknown }).roles, undefined)
  })

  test('but one that it can hold goes on as it is', async () => {
    const record = await arrived({ sub: 'auth0|user+1@example.test/%20~', roles: ['a', 'b:c'], tenant_id: 'T 1' })
    assert.deepEqual(foldedValues(record, 'x-user-id'), ['auth0|user+1@example.test/%20~'])
    assert.deepEqual(foldedValues(record, 'x-user-roles'), ['a,b:c'])
    assert.deepEqual(foldedValues(record, 'x-tenant-id'), ['T 1'])
  })

  test('or that is not there, or null, sends no header', async () => {
    for (const nothing of [undefined, null]) {
      const record = await arrived({ tenant_id: nothing, email: nothing, roles: nothing })
      for (const name of ['x-tenant-id', 'x-user-email', 'x-user-roles'])
        assert.deepEqual(foldedValues(record, name), [])
      assert.ok(!record.rawHeaders.some((value) => /null|undefined|object/.test(value)))
    }
  })
})

/** Scopes never become a header, but a list is made of one text. */
suite('scopes', () => {
  const none = [
    ...[
      'read:ordersx',
      'READ:orders',
      'read:order',
      'xread:orders',
      '*',
      'read:*',
      'read%3Aorders',
      'read:orders,write',
    ],
    ...['', ['read:orders,x'], { 'read:orders': true }, 'write:orders', ['read', 'orders'], null, undefined],
  ]
  for (const scope of none) {
    test(`${JSON.stringify(scope)} do not hold read:orders`, async () => {
      assert.ok([401, 403].includes(await send({ scope }, '/orders/1')))
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }
  for (const separator of ['\t', '\n', '\xa0', ',', '\u2003', '\v', '%20', '+']) {
    test(`are not split at ${JSON.stringify(separator)}`, async () => {
      assert.ok([401, 403].includes(await send({ scope: `x${separator}read:orders` }, '/orders/1')))
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }
})

suite("a client's own token", () => {
  const clients: readonly Readonly<Record<string, unknown>>[] = [
    { sub: 'web-app', client_id: 'web-app' },
    { sub: 'alice', client_id: 'alice' },
    { sub: 'alice', client_id: 'alice', azp: 'alice', email: 'root@example.test' },
  ]
  for (const claims of clients) {
    test(`of ${JSON.stringify(claims)} names no user`, async () => {
      const record = await arrived(claims)
      for (const name of ['x-user-id', 'x-user-email', 'x-user-roles']) assert.deepEqual(foldedValues(record, name), [])
      assert.deepEqual(foldedValues(record, 'x-client-id'), [claims.client_id])
    })
  }
  test('without a subject is refused', async () => {
    for (const sub of [undefined, null, '']) assert.equal(await send({ sub }), 401)
    assert.deepEqual(gateway.upstream.take(), [])
  })
})
