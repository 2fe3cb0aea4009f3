import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type StepUp, stepUpPolicy } from '../../../lib/authorize/step-up.ts'
import type { PrincipalFields } from '../../../lib/principal.ts'
import { ISSUER, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { atOnce, principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

const MFA = 'urn:example:mfa'

/** A user who has just signed in by password, unless the fields say otherwise. */
const signedIn = (fields: Partial<PrincipalFields> = {}) =>
  principal({ issuer: ISSUER, authenticatedAt: NOW, claims: { acr: 'pwd' }, ...fields })

function answerTo(stepUp: StepUp, fields: Partial<PrincipalFields> = {}) {
  const decision = atOnce(stepUpPolicy(stepUp, { now: testClock().now }).decide(signedIn(fields), requestView()))
  return decision.allow ? 'allowed' : decision.error
}

function reasonFor(stepUp: StepUp, fields: Partial<PrincipalFields> = {}): string {
  const answer = answerTo(stepUp, fields)
  return answer === 'allowed' ? answer : `${answer.code}: ${answer.reason}`
}

const again = (reason: string) => `insufficient_user_authentication: ${reason}`

suite('acr', () => {
  const cases: readonly (readonly [unknown, boolean])[] = [
    [MFA, true],
    ['phr', true],
    ['pwd', false],
    [undefined, false],
    ['URN:example:mfa', false],
    [`${MFA} `, false],
    [`${MFA} phr`, false],
    [[MFA], false],
    [{ 0: MFA }, false],
    [true, false],
    ['', false],
  ]
  for (const [acr, isMet] of cases) {
    test(`${JSON.stringify(acr)} is ${isMet ? '' : 'not '}enough`, () => {
      assert.equal(reasonFor({ acrValues: ['phr', MFA] }, { claims: { acr } }), isMet ? 'allowed' : again('acr'))
    })
  }
  test('a number is no text', () => {
    assert.equal(reasonFor({ acrValues: ['1'] }, { claims: { acr: 1 } }), again('acr'))
  })
})

suite('the age of the login', () => {
  const cases: readonly (readonly [string, number | undefined, string])[] = [
    ['just now', NOW, 'allowed'],
    ['to the second', NOW - 300, 'allowed'],
    ['a second more', NOW - 301, again('login too old')],
    ['the epoch', 0, again('login too old')],
    ['before the epoch', -1, again('login too old')],
    ['unknown', undefined, again('no auth_time')],
    ['in a minute, by a clock that is ahead', NOW + 60, 'allowed'],
    ['farther in the future', NOW + 61, again('login in the future')],
    ['in milliseconds', NOW * 1000, again('login in the future')],
  ]
  for (const [name, authenticatedAt, reason] of cases) {
    test(`${name}: ${reason}`, () => assert.equal(reasonFor({ maxAgeSeconds: 300 }, { authenticatedAt }), reason))
  }
  test('is told anew for each request', () => {
    const clock = testClock()
    const policy = stepUpPolicy({ maxAgeSeconds: 300 }, { now: clock.now })
    const alice = signedIn()
    assert.ok(atOnce(policy.decide(alice, requestView())).allow)
    clock.advance(301)
    assert.ok(!atOnce(policy.decide(alice, requestView())).allow)
  })
  test('cannot be told by a clock that is broken', () => {
    const policy = stepUpPolicy({ maxAgeSeconds: 300 }, { now: () => Number.NaN })
    assert.ok(!atOnce(policy.decide(signedIn(), requestView())).allow)
  })
})

suite('alternatives', () => {
  const both: StepUp = { acrValues: [MFA], maxAgeSeconds: 300 }
  const either: StepUp = [{ acrValues: [MFA] }, { maxAgeSeconds: 300 }]
  const strong = { claims: { acr: MFA } }
  const old = { authenticatedAt: NOW - 301 }
  test('both members of one are needed', () => {
    assert.equal(reasonFor(both, strong), 'allowed')
    assert.equal(reasonFor(both), again('acr'))
    assert.equal(reasonFor(both, { ...strong, ...old }), again('login too old'))
  })
  test('any of several is enough', () => {
    assert.equal(reasonFor(either), 'allowed')
    assert.equal(reasonFor(either, { ...strong, ...old }), 'allowed')
    assert.equal(reasonFor(either, old), again('acr'))
  })
  test('the halves of two make no whole', () => {
    const twice: StepUp = [both, { acrValues: ['pwd'], maxAgeSeconds: 60 }]
    assert.equal(reasonFor(twice, { authenticatedAt: NOW - 200 }), again('acr'))
  })
})

suite('the challenge tells', () => {
  const cases: readonly (readonly [string, StepUp, object])[] = [
    ['the values', { acrValues: ['phr', MFA] }, { acr_values: `phr ${MFA}` }],
    ['the age', { maxAgeSeconds: 300 }, { max_age: '300' }],
    ['both', { maxAgeSeconds: 300, acrValues: [MFA] }, { acr_values: MFA, max_age: '300' }],
    ['the first alternative only', [{ acrValues: [MFA] }, { maxAgeSeconds: 300 }], { acr_values: MFA }],
  ]
  for (const [name, stepUp, parameters] of cases) {
    test(name, () => {
      const error = answerTo(stepUp, { authenticatedAt: undefined })
      assert.ok(error !== 'allowed')
      assert.deepEqual([error.status, error.challengeParameters], [401, parameters])
    })
  }
})

suite('who cannot log in again is denied, and not sent anywhere', () => {
  const good = { claims: { acr: MFA } }
  const cases: readonly (readonly [string, Partial<PrincipalFields>, string])[] = [
    ['a client', { kind: 'client', ...good }, 'access_denied: step-up of no user'],
    ['the anonymous', { kind: 'anonymous', ...good }, 'access_denied: step-up of no user'],
    [
      "a user's API key",
      { method: 'api-key', issuer: undefined, authenticatedAt: undefined, claims: {} },
      'access_denied: step-up without an issuer',
    ],
  ]
  for (const [name, fields, reason] of cases) {
    test(name, () => assert.equal(reasonFor([{ acrValues: [MFA] }, { maxAgeSeconds: 300 }], fields), reason))
  }
  test('but a login counts, whoever vouches for it', () => {
    assert.equal(reasonFor({ maxAgeSeconds: 300 }, { method: 'session', issuer: undefined }), 'allowed')
  })
})

test('it has a name in words', () => {
  assert.equal(
    stepUpPolicy([{ acrValues: ['a', 'b'], maxAgeSeconds: 5 }, { maxAgeSeconds: 1 }]).name,
    'step-up a b 5 or 1',
  )
})

suite('refused', () => {
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [undefined, 'object'],
    ['mfa', 'object'],
    [[], 'at least one alternative'],
    [{}, 'asks for nothing'],
    [[{ maxAgeSeconds: 1 }, {}], 'asks for nothing'],
    [{ acr: ['a'] }, 'unknown option "acr"'],
    [{ maxAge: 1 }, 'unknown option "maxAge"'],
    [{ acrValues: [] }, '"acrValues"'],
    [{ acrValues: 'a' }, '"acrValues"'],
    [{ acrValues: ['a', 'a'] }, 'twice'],
    [{ acrValues: ['a b'] }, '"a b"', 'no challenge'],
    [{ acrValues: ['"'] }, 'no challenge'],
    [{ acrValues: ['caf\u00e9'] }, 'no challenge'],
    [{ maxAgeSeconds: 0 }, '"maxAgeSeconds"'],
    [{ maxAgeSeconds: -1 }, '"maxAgeSeconds"'],
    [{ maxAgeSeconds: 1.5 }, '"maxAgeSeconds"'],
    [{ maxAgeSeconds: '300' }, '"maxAgeSeconds"'],
    [{ maxAgeSeconds: Number.POSITIVE_INFINITY }, '"maxAgeSeconds"'],
  ]
  for (const [stepUp, ...words] of refused) {
    test(JSON.stringify(stepUp) ?? 'undefined', () => {
      assertRefusedOption(() => stepUpPolicy(untyped(stepUp)), 'stepUpPolicy', ...words)
    })
  }
  test('options that are none', () => {
    assertRefusedOption(() => stepUpPolicy({ maxAgeSeconds: 1 }, untyped({ clock: 1 })), 'unknown option "clock"')
    assertRefusedOption(() => stepUpPolicy({ maxAgeSeconds: 1 }, untyped({ now: 1 })), '"now"')
  })
})
