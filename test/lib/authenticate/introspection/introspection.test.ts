import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Authenticated, authenticated } from '../../../../lib/authenticate/authenticator.ts'
import { Introspection } from '../../../../lib/authenticate/introspection/introspection.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import type { CachedToken } from '../../../../lib/store/token-cache.ts'
import { ISSUER, NOW } from '../../../support/access-token.ts'
import { testClock } from '../../../support/clock.ts'
import { fakeIntrospection } from '../../../support/fake-introspection.ts'
import { activeAnswer } from '../../../support/introspection-answer.ts'
import { testSettings } from '../../../support/introspection-settings.ts'
import { atOnce, errorIn, principal, principalIn } from '../../../support/outcomes.ts'
import { requestView } from '../../../support/request-view.ts'

function introspection(
  answers: Readonly<Record<string, unknown>> = {},
  options: Readonly<Record<PropertyKey, unknown>> = {},
) {
  const server = fakeIntrospection({ good: activeAnswer(), ...answers })
  const clock = testClock()
  const settings = testSettings(options, { fetch: server.fetch, now: clock.now })
  const subject = new Introspection(settings)
  const remembered: CachedToken[] = []
  const verify = (token: string) => subject.verify(token, `key of ${token}`, (entry) => void remembered.push(entry))
  return { server, clock, settings, subject, remembered, verify }
}

suite('an active token', () => {
  test('names its party, with all that the server says, and by what method it is known', async () => {
    const { verify } = introspection({ good: activeAnswer({ roles: ['editor'], tenant_id: 'tenant_xyz' }) })
    const found = await principalIn(verify('good'))
    assert.partialDeepStrictEqual(found, {
      ...{ kind: 'user', subject: 'alice', method: 'introspection', issuer: ISSUER, clientId: 'web-app' },
      ...{ tenantId: 'tenant_xyz', roles: ['editor'], scopes: ['read:orders', 'write:orders'] },
      ...{ credentialId: 'token-1', expiresAt: NOW + 600 },
    })
    assert.equal(found.claims.token_type, 'Bearer')
  })

  test('of an answer that names no issuer is of the one that was asked', async () => {
    const { verify } = introspection({ good: activeAnswer({ iss: undefined }) })
    assert.equal((await principalIn(verify('good'))).issuer, ISSUER)
  })

  test('without a subject is a client, never a user', async () => {
    const { verify } = introspection({ good: activeAnswer({ sub: undefined, username: 'alice' }) })
    const { kind, subject, clientId } = await principalIn(verify('good'))
    assert.deepEqual([kind, subject, clientId], ['client', 'web-app', 'web-app'])
  })

  test('whose subject is its client is a client, though a user may be called so', async () => {
    const { verify } = introspection({ good: activeAnswer({ sub: 'alice', client_id: 'alice' }) })
    assert.equal((await principalIn(verify('good'))).kind, 'client')
  })

  test('of nobody is refused, and one of somebody who fits in no header', async () => {
    const { verify } = introspection({
      nobody: activeAnswer({ sub: undefined, client_id: undefined }),
      broken: activeAnswer({ sub: 'a\r\nb' }),
      null: activeAnswer({ sub: null }),
    })
    for (const token of ['nobody', 'broken', 'null']) {
      assert.match((await errorIn(verify(token))).reason, /cannot be represented/)
    }
  })

  test('does not bring itself along, in whatever member', async () => {
    const { verify } = introspection({ good: activeAnswer({ jti: 'good', token: 'good', ext: { raw: ['good'] } }) })
    const found = await principalIn(verify('good'))
    assert.equal(found.credentialId, undefined)
    assert.ok(!JSON.stringify(found).includes('good'))
  })

  test('maps claims as it is told', async () => {
    const claims = { roles: ['realm_access', 'roles'], tier: 'plan' }
    const answer = activeAnswer({ realm_access: { roles: ['admin'] }, plan: 'gold' })
    const { roles, tier } = await principalIn(introspection({ good: answer }, { claims }).verify('good'))
    assert.deepEqual([[...roles], tier], [['admin'], 'gold'])
  })
})

suite('how long an answer is believed', () => {
  const expiresAt = async (changes: Readonly<Record<string, unknown>>, cacheTtlSeconds?: number) => {
    const { verify, remembered } = introspection(
      { good: activeAnswer(changes) },
      cacheTtlSeconds === undefined ? {} : { cacheTtlSeconds },
    )
    await principalIn(verify('good'))
    assert.equal(remembered.length, 1)
    return remembered[0]?.expiresAt
  }

  test('30 seconds, or as it is told, and never beyond the end of the token', async () => {
    assert.equal(await expiresAt({}), NOW + 30)
    assert.equal(await expiresAt({ exp: undefined }), NOW + 30)
    assert.equal(await expiresAt({}, 60), NOW + 60)
    assert.equal(await expiresAt({ exp: NOW + 7 }), NOW + 7)
  })

  test('from when it was asked for: what was revoked since may not be in it', async () => {
    const { clock, verify, remembered } = introspection({
      good: () => {
        clock.advance(2)
        return activeAnswer()
      },
    })
    await principalIn(verify('good'))
    assert.equal(remembered[0]?.expiresAt, NOW + 30)
  })

  test('a token that ends while the server answers is refused, and nothing of it remembered', async () => {
    const { clock, verify, remembered } = introspection({
      good: () => {
        clock.advance(2)
        return activeAnswer({ exp: NOW + 1 })
      },
    })
    assert.equal((await errorIn(verify('good'))).reason, 'expired')
    assert.deepEqual(remembered, [])
  })

  test('what is remembered is good by these rules, until it ends, and for no longer than this server allows', () => {
    const { clock, settings, subject } = introspection()
    const entry = { principal: principal(), rulesId: settings.rulesId, expiresAt: NOW + 30 }
    assert.equal(subject.isGood(entry), true)
    assert.equal(subject.isGood({ ...entry, rulesId: 'other' }), false)
    assert.equal(subject.isGood({ ...entry, expiresAt: NOW + 32 }), false, 'of a process that remembers for longer')
    assert.equal(subject.isGood({ ...entry, expiresAt: Number.NaN }), false)
    clock.advance(29.9)
    assert.equal(subject.isGood(entry), true)
    clock.advance(0.1)
    assert.equal(subject.isGood(entry), false)
    clock.set(NOW - 3_600)
    assert.equal(subject.isGood(entry), false, 'when the clock is set back')
  })
})

suite('one question at a time', () => {
  test('a thousand that ask about one token make one call, and get one answer', async () => {
    const { server, verify, remembered } = introspection()
    const answers = await Promise.all(Array.from({ length: 1_000 }, async () => principalIn(verify('good'))))
    assert.equal(server.asked.length, 1)
    assert.equal(remembered.length, 1)
    assert.equal(new Set(answers).size, 1)
  })

  test('a thousand that ask in vain make one call, and the next one asks again', async () => {
    const { server, verify } = introspection({ good: () => Response.json({}, { status: 500 }) })
    const settled = await Promise.allSettled(Array.from({ length: 1_000 }, async () => verify('good')))
    assert.ok(settled.every(({ status }) => status === 'rejected'))
    assert.equal(server.asked.length, 1)
    server.answer('good', activeAnswer())
    await principalIn(verify('good'))
  })

  test('no more calls than are allowed are under way; what would be more is 503', async () => {
    const gate = Promise.withResolvers<object>()
    const { server, verify } = introspection({ a: () => gate.promise, b: () => gate.promise }, { maxInFlight: 2 })
    const under = [verify('a'), verify('b'), verify('a')]
    await assert.rejects(async () => verify('good'), { name: 'DependencyError', dependency: 'introspection' })
    assert.equal(server.asked.length, 2)
    gate.resolve(activeAnswer())
    await Promise.all(under.map(principalIn))
    await principalIn(verify('good'))
  })

  test('a call that is not answered in time is given up', async () => {
    let given: AbortSignal | undefined
    const silent = (signal: AbortSignal) => {
      given = signal
      return new Promise(() => undefined)
    }
    const { server, verify } = introspection({ good: silent }, { deadlineMs: 1_000, maxInFlight: 1 })
    await assert.rejects(async () => verify('good'), DependencyError)
    assert.equal(given?.aborted, true)
    server.answer('good', activeAnswer())
    await principalIn(verify('good'))
  })
})

suite('a token that was refused', () => {
  const refused = { 'not active': { active: false }, audience: activeAnswer({ aud: 'other' }) }
  for (const [reason, answer] of Object.entries(refused)) {
    test(`${reason}: is not asked about for a short time`, async () => {
      const { server, clock, verify } = introspection({ bad: answer })
      assert.equal((await errorIn(verify('bad'))).reason, reason)
      clock.advance(4.9)
      assert.equal((await errorIn(atOnce(verify('bad')))).reason, reason)
      assert.equal(server.asked.length, 1)
      clock.advance(0.1)
      await errorIn(verify('bad'))
      assert.equal(server.asked.length, 2)
    })
  }

  test('is asked about again when the clock is set back', async () => {
    const { server, clock, verify } = introspection({ bad: { active: false } })
    await errorIn(verify('bad'))
    clock.advance(-3_600)
    server.answer('bad', activeAnswer())
    await principalIn(verify('bad'))
  })

  test('is told to the caller when it is not active, and why otherwise is not', async () => {
    const { verify } = introspection({ bad: activeAnswer({ aud: 'other' }) })
    assert.equal((await errorIn(verify('unknown'))).detail, 'The access token is not active.')
    assert.equal((await errorIn(verify('bad'))).detail, undefined)
  })

  test('may be one that the server cannot tell of', async () => {
    const { verify } = introspection({
      jwt: () => Response.json({ error: 'unsupported_token_type' }, { status: 400 }),
    })
    const { code, reason } = await errorIn(verify('jwt'))
    assert.deepEqual([code, reason], ['invalid_token', 'unsupported token type'])
  })
})

suite('a server that asks to be left alone', () => {
  const busy = () => new Response('', { status: 429, headers: { 'retry-after': '20' } })

  test('is not asked meanwhile, about any token, and every caller is told how long', async () => {
    const { server, clock, verify, subject } = introspection({ busy })
    await assert.rejects(async () => verify('busy'), { retryAfterSeconds: 20 })
    clock.advance(12)
    await assert.rejects(async () => verify('good'), { name: 'DependencyError', retryAfterSeconds: 8 })
    await assert.rejects(subject.verifyNow('good'), { retryAfterSeconds: 8 })
    assert.equal(server.asked.length, 1)
    clock.advance(8)
    await principalIn(verify('good'))
  })
})

suite('the answer of this moment', () => {
  test('is asked for by everyone, whatever is known', async () => {
    const { server, subject, verify } = introspection()
    await principalIn(verify('good'))
    await Promise.all([principalIn(subject.verifyNow('good')), principalIn(subject.verifyNow('good'))])
    assert.equal(server.asked.length, 3)
    server.answer('good', { active: false })
    assert.equal((await errorIn(subject.verifyNow('good'))).reason, 'not active')
  })

  test('is wanted on the routes that say so, in every spelling that is the same path', () => {
    const { subject } = introspection({}, { introspectAlways: ['/payments/**', 'POST /orders/:id'] })
    const wanted = (method: string, ...segments: string[]) =>
      subject.isAskedAlways(requestView({}, { method, segments }))
    assert.equal(wanted('GET', 'payments'), true)
    assert.equal(wanted('DELETE', 'payments', '7', 'x'), true)
    assert.equal(wanted('GET', 'Payments', '7'), true)
    assert.equal(wanted('POST', 'orders', '7'), true)
    assert.equal(wanted('GET', 'orders', '7'), false)
    assert.equal(wanted('POST', 'orders'), false)
    assert.equal(wanted('GET', 'payments2'), false)
  })
})

suite('a JWT that has been verified', () => {
  const verified = (fields = {}) =>
    authenticated(principal({ issuer: ISSUER, claims: { sub: 'alice' }, ...fields })) as Authenticated

  test('is confirmed by its issuer, by the least that it says', async () => {
    const { subject, server } = introspection({ bare: { active: true } })
    const answer = verified()
    for (const token of ['good', 'bare']) {
      assert.deepEqual(await subject.confirm(token, answer), { ...answer, isIntrospectedNow: true })
    }
    assert.equal(server.asked.length, 2)
  })

  test('is refused when it is not active, or the server means another', async () => {
    const { subject } = introspection({
      'other subject': activeAnswer({ sub: 'bob' }),
      issuer: activeAnswer({ iss: 'https://other.example.test' }),
    })
    for (const reason of ['not active', 'other subject', 'issuer']) {
      assert.equal((await errorIn(subject.confirm(reason, verified()))).reason, reason)
    }
  })

  test('is 503 when the server cannot tell', async () => {
    const { subject } = introspection({
      jwt: () => Response.json({ error: 'unsupported_token_type' }, { status: 400 }),
      down: () => new Response('', { status: 500 }),
    })
    for (const token of ['jwt', 'down']) {
      await assert.rejects(async () => subject.confirm(token, verified()), DependencyError)
    }
  })

  test('of another issuer is not asked about, nor one that was refused', async () => {
    const { subject, server } = introspection()
    const other = verified({ issuer: 'https://other.example.test' })
    const refused = { outcome: 'absent' } as const
    assert.equal(atOnce(subject.confirm('good', other)), other)
    assert.equal(atOnce(subject.confirm('good', refused)), refused)
    assert.equal(server.asked.length, 0)
  })
})
