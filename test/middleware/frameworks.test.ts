import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { apiBoundary } from '../support/api-boundary.ts'
import { type Echoed, echo } from '../support/echo.ts'
import { FRAMEWORKS } from '../support/frameworks.ts'
import { type ReceivedAnswer, type SentRequest, sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const key = (name: string) => ['X-API-Key', name] as const

const REQUESTS: Readonly<Record<string, SentRequest>> = {
  'a public route': { path: '/public/x' },
  'a public route with a credential': { path: '/public/x', headers: [key('alice')] },
  'a public route with a forged identity': {
    path: '/public/x',
    headers: [
      ['X-User-ID', 'root'],
      ['x_user_roles', 'admin'],
    ],
  },
  'an allowed route': { path: '/orders/42?page=2', headers: [key('alice'), ['Accept', 'text/plain']] },
  'an allowed route, forged': {
    path: '/orders/42',
    headers: [key('alice'), ['X-USER-ID', 'root'], ['X.User.Roles', 'admin'], ['Forwarded', 'for=1.2.3.4']],
  },
  'a client': { path: '/echo', headers: [key('partner')] },
  HEAD: { method: 'HEAD', path: '/orders/42', headers: [key('alice')] },
  'an encoded spelling': { path: '/%6frders/%34%32?a=%20', headers: [key('alice')] },
  'another case': { path: '/ORDERS/42', headers: [key('alice')] },
  'a trailing slash': { path: '/orders/', headers: [key('alice')] },
  'repeated headers': {
    path: '/echo',
    headers: [key('alice'), ['X-Tag', '1'], ['x-tag', '2'], ['Cookie', 'a=1'], ['Cookie', 'b=2']],
  },
  'what Connection lists': {
    path: '/echo',
    headers: [key('alice'), ['Connection', 'close, X-Secret, X-User-ID'], ['X-Secret', '1']],
  },
  'no credential': { path: '/orders/42' },
  'a bad credential': { path: '/orders/42', headers: [key('bad')] },
  'a scope that is missing': { method: 'DELETE', path: '/orders/42', headers: [key('alice')] },
  'a role that is missing': { path: '/admin', headers: [key('alice')] },
  'a route that no rule names': { path: '/none', headers: [key('admin')] },
  'two credentials': { path: '/orders/42', headers: [key('alice'), key('alice')] },
  'two hosts': { path: '/public/x', headers: [['Host', 'evil.test']] },
  'dot segments': { path: '/public/../admin', headers: [key('alice')] },
  'encoded dot segments': { path: '/public/%2e%2e/admin', headers: [key('alice')] },
  'an encoded separator': { path: '/public/..%2fadmin', headers: [key('alice')] },
  'an empty segment': { path: '//admin', headers: [key('alice')] },
  'a full URL': { path: 'http://api.example.test/admin', headers: [key('alice')] },
  TRACE: { method: 'TRACE', path: '/public/x' },
  'an upgrade that is none': {
    path: '/public/x',
    headers: [
      ['Upgrade', 'h2c'],
      ['Connection', 'Upgrade'],
    ],
  },
  'a credential in the URL': { path: '/orders/42?x-api-key=alice' },
}

/** What is the same everywhere: without what the framework adds, and without what is new each time. */
function comparable(answer: ReceivedAnswer): unknown {
  const { 'x-request-id': id, 'www-authenticate': challenge, 'content-type': type = '' } = answer.headers
  assert.match(String(id), /^[0-9a-f-]{36}$/)
  const body = answer.body.replaceAll(String(id), 'ID')
  const { originalUrl: _ofFramework, ...seen } = (
    answer.status === 200 && body !== '' ? JSON.parse(body) : { body }
  ) as Partial<Echoed>
  return { status: answer.status, challenge, type, ...seen }
}

suite('every framework gives the same results', async () => {
  const expected = new Map<string, unknown>()
  const reference = await serve(FRAMEWORKS['node:http']?.(apiBoundary(), echo) ?? assert.fail())
  for (const [name, request] of Object.entries(REQUESTS))
    expected.set(name, comparable(await sendRequest(reference, request)))

  for (const [framework, app] of Object.entries(FRAMEWORKS)) {
    suite(framework, async () => {
      const port = await serve(app(apiBoundary(), echo))
      for (const [name, request] of Object.entries(REQUESTS)) {
        test(name, async () => assert.deepEqual(comparable(await sendRequest(port, request)), expected.get(name)))
      }
    })
  }

  test('and these are the right ones', () => {
    const statuses = Object.fromEntries(
      [...expected].map(([name, answer]) => [name, (answer as { status: number }).status]),
    )
    assert.deepEqual(statuses, {
      'a public route': 200,
      'a public route with a credential': 200,
      'a public route with a forged identity': 200,
      'an allowed route': 200,
      'an allowed route, forged': 200,
      'a client': 200,
      HEAD: 200,
      'an encoded spelling': 200,
      'another case': 200,
      'a trailing slash': 200,
      'repeated headers': 200,
      'what Connection lists': 200,
      'no credential': 401,
      'a bad credential': 401,
      'a scope that is missing': 403,
      'a role that is missing': 403,
      'a route that no rule names': 403,
      'two credentials': 400,
      'two hosts': 400,
      'dot segments': 400,
      'encoded dot segments': 400,
      'an encoded separator': 400,
      'an empty segment': 400,
      'a full URL': 400,
      TRACE: 400,
      'an upgrade that is none': 400,
      'a credential in the URL': 400,
    })
  })

  test('no answer repeats a credential, and no handler sees one', () => {
    for (const [name, answer] of expected) {
      const seen = JSON.stringify({ ...(answer as object), principal: undefined })
      assert.ok(!/x-api-key": ?"alice|"alice","x-api-key/i.test(seen), name)
    }
  })
})

suite('the identity', async () => {
  const port = await serve(FRAMEWORKS['Express 5']?.(apiBoundary(), echo) ?? assert.fail())
  const seenBy = async (name: string) => (await sendRequest(port, REQUESTS[name])).json() as unknown as Echoed

  test('of a forged request is the real one, in every form of the headers', async () => {
    const seen = await seenBy('an allowed route, forged')
    assert.equal(seen.headers['x-user-id'], 'alice')
    assert.equal(seen.headers['x-user-roles'], 'editor')
    assert.deepEqual(seen.headersDistinct['x-user-id'], ['alice'])
    assert.ok(!JSON.stringify([seen.rawHeaders, seen.headersDistinct, seen.headers]).includes('root'))
    assert.deepEqual(seen.principal, { kind: 'user', subject: 'alice' })
  })

  test('of a public route is none', async () => {
    const seen = await seenBy('a public route with a forged identity')
    assert.equal(seen.principal, undefined)
    assert.ok(
      !Object.keys(seen.headers).some((name) => /user|role|tenant|auth/.test(name)),
      JSON.stringify(seen.headers),
    )
  })

  test('of a client is no user', async () => {
    const seen = await seenBy('a client')
    assert.deepEqual([seen.headers['x-client-id'], seen.headers['x-user-id']], ['partner', undefined])
  })
})
