import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, suite, test } from 'node:test'
import type { OpaOptions } from '../../lib/authorize/decision-points/opa/options.ts'
import { opaPolicy } from '../../lib/authorize/decision-points/opa.ts'
import type { Policy } from '../../lib/authorize/policy.ts'
import { NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { unusedPort } from '../support/free-port.ts'
import { answerWith, httpFaults } from '../support/http-faults.ts'
import { skipWithoutOpa, startOpa } from '../support/opa-server.ts'
import { policyGateway } from '../support/policy-gateway.ts'
import { serve } from '../support/serve.ts'
import { silentServer } from '../support/silent-server.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const GOOD = '{"result":true}'
let elsewhere = 0
const otherPort = await serve((_request, response) => {
  elsewhere++
  response.writeHead(200, JSON_TYPE).end(GOOD)
})
const json = (answer: unknown) => answerWith(JSON.stringify(answer), JSON_TYPE)
const text = (answer: string) => answerWith(answer, JSON_TYPE)

/** A gateway whose only rule asks an OPA that allows everything, until a test makes it fail. */
async function askingGateway(options: Partial<OpaOptions> = {}) {
  let fault: RequestListener | undefined
  let calls = 0
  const port = await serve((request, response) => {
    calls++
    if (fault) fault(request, response)
    else json({ result: true })(request, response)
  })
  const policy = opaPolicy({
    ...{ url: `http://127.0.0.1:${port}`, path: 'gateway/authz/decision', deadlineMs: 1_500, token: 'sesame' },
    ...{ setsHeaders: ['X-Area'], ...options },
  })
  const gateway = await policyGateway([{ path: '/orders/:id', policy }])
  return {
    ...gateway,
    setFault: (next: RequestListener | undefined) => {
      fault = next
    },
    ask: () => gateway.statusFor('alice', '/orders/7'),
    calls: () => calls,
  }
}

/** What OPA, or a policy that somebody has written, may answer that is no decision. */
const NO_DECISIONS: Readonly<Record<string, RequestListener>> = {
  'true as text': json({ result: 'true' }),
  'true as a number': json({ result: 1 }),
  'true in a list': json({ result: [true] }),
  'the set of a partial rule': json({ result: ['allow'] }),
  null: json({ result: null }),
  'an object without allow': json({ result: {} }),
  'the whole package': json({ result: { authz: { allow: true } } }),
  'allow yes': json({ result: { allow: 'yes' } }),
  'allow as text': json({ result: { allow: 'true' } }),
  'allow as a number': json({ result: { allow: 1 } }),
  'allow null': json({ result: { allow: null } }),
  'allow in a list': json({ result: { allow: [true] } }),
  'allow as its prototype': text('{"result":{"__proto__":{"allow":true}}}'),
  'a result in the result': json({ result: { result: true } }),
  'a list of results, as WebAssembly has it': json([{ result: true }]),
  'an allowance on conditions': json({ result: { allow: true, unless: 'it rains' } }),
  'a header that names somebody': json({ result: { allow: true, headers: { 'X-User-ID': 'root' } } }),
  'a header that hides another': json({ result: { allow: true, headers: { 'X-Area': 'a\r\nX-User-ID: root' } } }),
  'a header twice': json({ result: { allow: true, headers: { 'X-Area': 'a', 'x-area': 'b' } } }),
  'the good answer, as plain text': answerWith(GOOD, { 'content-type': 'text/plain' }),
}
/** What is an answer, and no access. */
const DENIALS: Readonly<Record<string, RequestListener>> = {
  'nothing, for it is undefined': json({}),
  'a result as its prototype': text('{"__proto__":{"result":true}}'),
  'an allowance by another name': json({ allow: true, decision: true }),
  'an error with 200': json({ code: 'internal_error', message: 'x' }),
  false: json({ result: false }),
  'allow false, and a good status': json({ result: { allow: false, status: 200 } }),
}
const LIMIT = { timeout: 60_000 }

suite('an OPA that answers with', { concurrency: 4 }, () => {
  const faults = { ...httpFaults(GOOD, `http://127.0.0.1:${otherPort}/`), ...NO_DECISIONS }
  for (const [status, answers] of [
    [503, faults],
    [403, DENIALS],
  ] as const) {
    for (const [name, answer] of Object.entries(answers)) {
      test(`${name}: ${status}, never access; well again without a restart`, LIMIT, async () => {
        const { setFault, ask, reached } = await askingGateway()
        setFault(answer)
        assert.equal(await ask(), status)
        assert.equal(reached(), 0)
        setFault(undefined)
        assert.equal(await ask(), 200)
      })
    }
  }
})

test('no redirect was followed, with our credentials or without', () => assert.equal(elsewhere, 0))

test('nothing is told of OPA, nor of what it said', LIMIT, async () => {
  const { setFault, send } = await askingGateway()
  for (const fault of [json({ result: { allow: 'hush' } }), json({ result: { allow: false, reason: 'hush' } })]) {
    setFault(fault)
    const { status, body, headers } = await send('alice', '/orders/7')
    assert.ok(status === 503 || status === 403)
    assert.doesNotMatch(body + JSON.stringify(headers), /hush|opa|127\.0\.0\.1|sesame/i)
  }
})

test('one that is not there, and one that never says a word: 503', LIMIT, async () => {
  for (const port of [await unusedPort(), await silentServer()]) {
    const { ask, reached } = await askingGateway({ url: `http://127.0.0.1:${port}`, deadlineMs: 300 })
    assert.equal(await ask(), 503)
    assert.equal(reached(), 0)
  }
})

test('one that flaps lets in whom it allows while it is up, and nobody else', LIMIT, async () => {
  const { setFault, ask, reached } = await askingGateway()
  const faults = [json({ result: 'true' }), (request: Parameters<RequestListener>[0]) => void request.socket.destroy()]
  for (let round = 0; round < 10; round++) {
    setFault(faults[round % 2])
    assert.equal(await ask(), 503)
    setFault(undefined)
    assert.equal(await ask(), 200)
  }
  assert.equal(reached(), 10)
})

test('a failure is shared by those who wait, and many who ask the same are one call', LIMIT, async () => {
  const held: (() => void)[] = []
  const port = await serve((_request, response) => void held.push(() => void response.writeHead(500).end()))
  const opa = opaPolicy({ url: `http://127.0.0.1:${port}`, path: 'a', deadlineMs: 60_000 })
  let waiting = 0
  const decide: Policy['decide'] = (principal, request) => {
    waiting++
    return opa.decide(principal, request)
  }
  const { statusFor, reached } = await policyGateway([{ path: '/orders/:id', policy: { name: 'opa', decide } }])
  const asked = Array.from({ length: 200 }, () => statusFor('alice', '/orders/7'))
  await eventually(() => {
    assert.equal(waiting, 200)
    assert.equal(held.length, 1)
  })
  for (const fail of held) fail()
  assert.deepEqual([...new Set(await Promise.all(asked))], [503])
  assert.equal(held.length, 1)
  assert.equal(reached(), 0)
})

test('what is remembered is good for its time, then 503 while it is down', LIMIT, async () => {
  const clock = testClock(NOW)
  const { setFault, ask, calls } = await askingGateway({ cache: { ttlSeconds: 10 }, now: clock.now })
  assert.equal(await ask(), 200)
  setFault((request) => void request.socket.destroy())
  clock.advance(9)
  assert.equal(await ask(), 200)
  clock.advance(1)
  assert.equal(await ask(), 503)
  setFault(undefined)
  assert.equal(await ask(), 200)
  assert.equal(calls(), 3)
})

suite('a real OPA', { skip: skipWithoutOpa }, () => {
  const POLICY = 'package gateway.authz\n\nallow if input.principal.subject == "alice"\n'

  test('that crashes and comes back: 503, then as before', LIMIT, async () => {
    const opa = await startOpa({ 'authz.rego': POLICY })
    after(() => opa.remove())
    const policy = opaPolicy({ url: opa.url, path: 'gateway/authz/allow' })
    const { statusFor } = await policyGateway([{ path: '/orders/:id', policy }])
    for (let round = 0; round < 2; round++) {
      assert.equal(await statusFor('alice', '/orders/7'), 200)
      assert.equal(await statusFor('bob', '/orders/7'), 403)
      await opa.kill()
      assert.equal(await statusFor('alice', '/orders/7'), 503)
      await opa.start()
    }
  })

  test('that has no such policy, or one that contradicts itself: no access', LIMIT, async () => {
    const conflict = 'package gateway.authz\n\nallow := true if input.path\n\nallow := false if input.path\n'
    const opa = await startOpa({ 'authz.rego': conflict })
    after(() => opa.remove())
    const statusOf = async (path: string) => {
      const { statusFor } = await policyGateway([{ path: '/orders/:id', policy: opaPolicy({ url: opa.url, path }) }])
      return statusFor('alice', '/orders/7')
    }
    assert.equal(await statusOf('gateway/authz/allow'), 503)
    assert.equal(await statusOf('gateway/authz/missing'), 403)
    assert.equal(await statusOf('gateway'), 503)
  })

  test('that wants a token gets ours, and without it nobody gets in', LIMIT, async () => {
    const guard =
      'package system.authz\n\ndefault allow := false\n\nallow if input.identity == "sesame"\n\nallow if input.path == ["health"]\n'
    const opa = await startOpa({ 'authz.rego': POLICY, 'system.rego': guard }, [
      ...['--authentication=token', '--authorization=basic'],
    ])
    after(() => opa.remove())
    const statusOf = async (options: Partial<OpaOptions>) => {
      const policy = opaPolicy({ url: opa.url, path: 'gateway/authz/allow', ...options })
      return (await policyGateway([{ path: '/orders/:id', policy }])).statusFor('alice', '/orders/7')
    }
    assert.equal(await statusOf({ token: 'sesame' }), 200)
    assert.equal(await statusOf({ token: 'other' }), 503)
    assert.equal(await statusOf({}), 503)
  })
})
