import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anonymous } from '../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import { ABSENT, type Authentication } from '../../lib/authenticate/authenticator.ts'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import { AuthError, DependencyError } from '../../lib/errors.ts'
import type { RawRequest } from '../../lib/request-view.ts'
import { type Admitted, createStages } from '../../lib/stages.ts'
import { answeringAuthenticator, headerAuthenticator } from '../support/fake-authenticator.ts'
import { atOnce, principal } from '../support/outcomes.ts'
import { rawRequest, requestWith } from '../support/raw-request.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'

const alice = principal({ scopes: ['read'] })
const authenticate = headerAuthenticator('x-api-key', { good: alice })
const stagesOf = (options: Partial<BoundaryOptions> = {}) => createStages({ authenticate, ...options })

function admitted(raw: RawRequest, options: Partial<BoundaryOptions> = {}): Admitted {
  const result = stagesOf(options).admit(raw, 'http')
  return result instanceof AuthError ? assert.fail(result.reason) : result
}

suite('admit', () => {
  test('takes the credential out of what goes on', () => {
    const { request, forwarded } = admitted(requestWith(['X-API-Key', 'good'], ['Accept', '*/*']))
    assert.equal(request.credential('x-api-key'), 'good')
    assert.deepEqual(forwarded.rawHeaders, ['Host', 'api.example.test', 'Accept', '*/*'])
    assert.deepEqual(request.headers, forwarded.headers)
  })
  test('strips what the options name besides', () => {
    const options = { strip: ['X-Internal'], identity: { headers: { userId: 'X-Whoami' }, claims: { 'X-Dept': 'd' } } }
    const sent = requestWith(['x_internal', '1'], ['X_Whoami', 'root'], ['x-dept', '1'], ['X-User-ID', 'root'])
    assert.deepEqual(Object.keys(admitted(sent, options).forwarded.headers), ['host'])
  })
  test('refuses an upgrade that came as a request, and a request that came as an upgrade', () => {
    const refused = [
      stagesOf().admit(requestWith(['Upgrade', 'websocket']), 'http'),
      stagesOf().admit(rawRequest(), 'upgrade'),
    ]
    for (const error of refused) assert.ok(error instanceof AuthError && error.reason === 'upgrade')
  })
})

suite('authenticate', () => {
  const { request } = admitted(requestWith(['X-API-Key', 'good']))
  const answerOf = (answer: unknown, deadlineMs?: number) => {
    const options = { authenticate: answeringAuthenticator(() => answer as Authentication) }
    return stagesOf({ ...options, ...(deadlineMs !== undefined && { deadlineMs }) }).authenticate(request)
  }

  test('answers at once with the principal', () => assert.equal(atOnce(stagesOf().authenticate(request)), alice))

  test('calls nothing presented unauthenticated', () => {
    const error = atOnce(answerOf(ABSENT))
    assert.ok(error instanceof AuthError && error.code === 'unauthenticated')
  })

  test('refuses a credential in the URL, whatever else is presented, and asks nobody', () => {
    const watched = headerAuthenticator('x-api-key', { good: alice })
    for (const target of ['/?x-api-key=good', '/?a=b&X-API-KEY=1']) {
      const raw = { ...requestWith(['X-API-Key', 'good']), target }
      const error = atOnce(stagesOf({ authenticate: watched }).authenticate(admitted(raw).request))
      assert.ok(error instanceof AuthError && error.code === 'invalid_request')
      assert.ok(!error.detail?.includes('good'))
    }
    assert.equal(watched.calls(), 0)
  })

  suite('takes no answer for access that is none', () => {
    const double = { ...alice }
    const bad: Readonly<Record<string, unknown>> = {
      undefined: undefined,
      null: null,
      true: true,
      'an object': {},
      'a principal': alice,
      'a double of a principal': { outcome: 'authenticated', principal: double },
      'no principal': { outcome: 'authenticated' },
      'an error for a principal': {
        outcome: 'authenticated',
        principal: new AuthError('invalid_token', { reason: 'r' }),
      },
      'a rejection without AuthError': { outcome: 'rejected', error: new Error('x') },
      'another outcome': { outcome: 'allowed', principal: alice },
    }
    for (const [name, answer] of Object.entries(bad)) {
      test(name, async () => {
        assert.throws(() => answerOf(answer))
        await assert.rejects(async () => answerOf(Promise.resolve(answer)))
      })
    }
  })

  test('gives up at the deadline', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const answer = answerOf(new Promise(() => undefined), 50)
    context.mock.timers.tick(50)
    await assert.rejects(async () => answer, DependencyError)
  })
})

suite('authorize', () => {
  const routes = [{ path: '/orders/**', scopes: ['read'] }] as const
  const decide = (target: string, options: Partial<BoundaryOptions>, who = alice) => {
    const stages = stagesOf(options)
    const { request } = admitted({ ...rawRequest(), target })
    return atOnce(stages.authorize(who, request, stages.match(request)))
  }
  test('without a table lets any principal through', () => assert.ok(decide('/anything', {}).allow))
  test('with a table denies what no rule names', () => {
    const decision = decide('/anything', { routes })
    assert.ok(!decision.allow && decision.error.code === 'access_denied')
    assert.ok(decide('/orders/1', { routes }).allow)
  })
  test('refuses an empty table', () => assertRefusedOption(() => stagesOf({ routes: [] }), 'routes', 'at least one'))
})

suite('propagate', () => {
  const raw = requestWith(['X-API-Key', 'good'], ['Accept', '*/*'], ['X-User-ID', 'root'])
  const onward = (options: Partial<BoundaryOptions>, who = alice, entrance: 'http' | 'upgrade' = 'http') => {
    const result = stagesOf(options).propagate(admitted(raw, options), who, entrance)
    return result instanceof AuthError ? assert.fail(result.reason) : result
  }
  test('adds ours in both forms, after theirs', () => {
    const { headers, rawHeaders } = onward({})
    const ours = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'x-request-id'))
    assert.deepEqual(ours, {
      host: 'api.example.test',
      accept: '*/*',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'api.example.test',
      'x-user-id': 'alice',
      'x-auth-method': 'jwt',
    })
    const raws = Object.fromEntries(
      rawHeaders.flatMap((_, index) => (index % 2 ? [] : [[rawHeaders[index]?.toLowerCase(), rawHeaders[index + 1]]])),
    )
    assert.deepEqual(raws, headers)
  })
  test('asks to upgrade, where it is an upgrade', () => {
    const { headers } = onward({}, alice, 'upgrade')
    assert.deepEqual([headers.connection, headers.upgrade], ['Upgrade', 'websocket'])
  })
  test('does not let one request change the next', () => {
    const one = onward({})
    Object.assign(one.headers, { 'x-user-id': 'root' })
    one.rawHeaders.push('X-User-ID', 'root')
    assert.equal(onward({}).headers['x-user-id'], 'alice')
  })
  test('sends no request id where that is off', () => {
    assert.ok(!('x-request-id' in onward({ identity: { headers: { requestId: false } } }).headers))
  })
  test('refuses a principal whose claims cannot be represented', () => {
    const options = { identity: { claims: { 'X-Dept': 'dept' } } }
    const result = stagesOf(options).propagate(admitted(raw, options), principal({ claims: { dept: 42 } }), 'http')
    assert.ok(result instanceof AuthError && result.code === 'invalid_token')
  })
})

test('subjects are qualified as soon as several issuers can name one', () => {
  const alices = principal({ issuer: 'https://one.test' })
  const one = headerAuthenticator('x-one', { a: alices }, { issuers: ['https://one.test'] })
  const two = headerAuthenticator('x-two', {}, { issuers: ['https://two.test'] })
  for (const [authenticate, id] of [
    [one, 'alice'],
    [anyOf(one, anonymous()), 'alice'],
    [anyOf(one, two), 'https://one.test|alice'],
  ] as const) {
    const stages = stagesOf({ authenticate })
    const onward = stages.propagate(admitted(rawRequest(), { authenticate }), alices, 'http')
    assert.ok(!(onward instanceof AuthError))
    assert.equal(onward.headers['x-user-id'], id)
  }
})

test('every option is checked at boot', () => {
  for (const options of [
    { methods: ['TRACE'] },
    { identity: { claims: { Host: 'x' } } },
    { path: { x: 1 } },
    { trustedProxies: true },
    { routes: [{ path: '/x' }] },
    { unknown: 1 },
  ]) {
    assertRefusedOption(() => stagesOf(untyped(options)))
  }
})
