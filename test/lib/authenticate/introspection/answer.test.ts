import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  activeToken,
  answerProblem,
  parseAnswer,
  withoutToken,
} from '../../../../lib/authenticate/introspection/answer.ts'
import type { AnswerRules } from '../../../../lib/authenticate/introspection/options.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { AUDIENCE, ISSUER, NOW } from '../../../support/access-token.ts'
import { activeAnswer } from '../../../support/introspection-answer.ts'

const RULES: AnswerRules = {
  issuer: ISSUER,
  audiences: new Set([AUDIENCE, 'second']),
  audienceClaim: 'aud',
  proofOfPossession: 'accepted',
}
const THUMBPRINT = 'a'.repeat(43)

test('what is no JSON is the fault of the server, and nothing of it is told', () => {
  for (const text of [
    '',
    '<!doctype html>',
    'active',
    '{"active":true',
    '{"active":true}{"active":true}',
    'undefined',
  ]) {
    assert.throws(
      () => parseAnswer(text),
      (error) => error instanceof DependencyError && error.cause === undefined && !error.message.includes('active":'),
    )
  }
  assert.deepEqual(parseAnswer('{"active":false}'), { active: false })
})

suite('only true is active, and only false is not', () => {
  test('true and false', () => {
    assert.deepEqual(activeToken({ active: true, sub: 'alice' }), { active: true, sub: 'alice' })
    assert.equal(activeToken({ active: false, sub: 'alice' }), undefined)
  })

  const unclear = [
    ...[{ active: 'true' }, { active: 'false' }, { active: 1 }, { active: 0 }, { active: null }, { active: [true] }],
    ...[{ Active: true }, {}, { error: 'invalid_client' }, [], [{ active: true }], null, true, 'active', 1, undefined],
    JSON.parse('{"__proto__":{"active":true}}'),
  ]
  for (const answer of unclear) {
    test(JSON.stringify(answer) ?? 'undefined', () => {
      assert.throws(() => activeToken(answer), DependencyError)
    })
  }
})

test('a value that is the token itself is left out, wherever it is', () => {
  const answer = { jti: 'secret', sub: 'alice', a: { b: ['secret', { c: 'secret', d: 1 }], e: null }, f: 'a secret' }
  const left = withoutToken(answer, 'secret')
  assert.deepEqual(left, { sub: 'alice', a: { b: [{ d: 1 }], e: null }, f: 'a secret' })
  assert.deepEqual(withoutToken(JSON.parse('{"__proto__":{"sub":"x"}}'), 'secret').sub, undefined)
})

test('an answer of any depth is read without trouble', () => {
  let deep: unknown = 'secret'
  for (let level = 0; level < 20_000; level++) deep = { deep }
  assert.ok(withoutToken({ deep }, 'secret'))
})

suite('a token that is active and good', () => {
  const good: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'as it mostly is': {},
    'without what is optional': {
      ...{ iss: undefined, exp: undefined, token_type: undefined, jti: undefined, iat: undefined },
    },
    'for several audiences': { aud: ['other', AUDIENCE] },
    'for the second of ours': { aud: 'second' },
    'whose type is in another case': { token_type: 'bearer' },
    'that begins now, by a clock that is a little fast': { nbf: NOW + 5 },
    'in its last second': { exp: NOW + 1 },
    'as Ory Hydra says it': { token_use: 'access_token' },
    'as Keycloak says it': { typ: 'Bearer' },
    'bound to a key': { token_type: 'DPoP', cnf: { jkt: THUMBPRINT } },
    'bound to a key, by a server that knows one type': { cnf: { jkt: THUMBPRINT } },
    'bound to a certificate': { cnf: { 'x5t#S256': THUMBPRINT } },
  }
  for (const [name, changes] of Object.entries(good)) {
    test(name, () => assert.equal(answerProblem(activeAnswer(changes), RULES, NOW), undefined))
  }
})

suite('a token that is active, and not for us or not now', () => {
  const bad: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
    [{ iss: 'https://other.example.test' }, 'issuer'],
    [{ iss: `${ISSUER}/` }, 'issuer'],
    [{ iss: null }, 'issuer'],
    [{ iss: [ISSUER] }, 'issuer'],
    [{ aud: undefined }, 'audience'],
    [{ aud: null }, 'audience'],
    [{ aud: '' }, 'audience'],
    [{ aud: [] }, 'audience'],
    [{ aud: 'https://other.example.test' }, 'audience'],
    [{ aud: `${AUDIENCE}/` }, 'audience'],
    [{ aud: AUDIENCE.toUpperCase() }, 'audience'],
    [{ aud: { 0: AUDIENCE } }, 'audience'],
    [{ aud: [[AUDIENCE]] }, 'audience'],
    [{ aud: [AUDIENCE, 1] }, 'audience'],
    [{ exp: NOW }, 'expired'],
    [{ exp: NOW - 1 }, 'expired'],
    [{ exp: 0 }, 'expired'],
    [{ exp: String(NOW + 60) }, 'exp'],
    [{ exp: NOW + 60.5 }, 'exp'],
    [{ exp: null }, 'exp'],
    [{ exp: Number.POSITIVE_INFINITY }, 'exp'],
    [{ exp: true }, 'exp'],
    [{ nbf: NOW + 6 }, 'not yet valid'],
    [{ nbf: 'now' }, 'nbf'],
    [{ nbf: null }, 'nbf'],
    [{ token_type: 'refresh_token' }, 'token type'],
    [{ token_type: 'N_A' }, 'token type'],
    [{ token_type: 'mac' }, 'token type'],
    [{ token_type: ['Bearer'] }, 'token type'],
    [{ token_type: null }, 'token type'],
    [{ token_use: 'refresh_token' }, 'token use'],
    [{ token_use: 'id' }, 'token use'],
    [{ typ: 'Refresh' }, 'typ'],
    [{ typ: 'Offline' }, 'typ'],
    [{ typ: 'ID' }, 'typ'],
    [{ typ: 'logout+jwt' }, 'typ'],
    [{ token_type: 'DPoP' }, 'token not bound to a key'],
    [{ token_type: 'dpop', cnf: { 'x5t#S256': THUMBPRINT } }, 'token not bound to a key'],
    [{ cnf: null }, 'confirmation method'],
    [{ cnf: {} }, 'confirmation method'],
    [{ cnf: { jwk: {} } }, 'confirmation method'],
    [{ cnf: { jkt: THUMBPRINT, kid: 'x' } }, 'confirmation method'],
  ]
  for (const [changes, problem] of bad) {
    test(`${JSON.stringify(changes)}: ${problem}`, () => {
      const answer = { ...activeAnswer(), ...changes }
      assert.equal(answerProblem(answer, RULES, NOW), problem)
    })
  }

  test('bound, where no bound tokens are taken, and not bound, where no others are', () => {
    const bound = activeAnswer({ cnf: { jkt: THUMBPRINT } })
    assert.equal(answerProblem(bound, { ...RULES, proofOfPossession: 'refused' }, NOW), 'bound token')
    assert.equal(answerProblem(activeAnswer(), { ...RULES, proofOfPossession: 'required' }, NOW), 'token not bound')
  })
})

suite('where the client stands for the audience', () => {
  const rules: AnswerRules = { ...RULES, audienceClaim: 'client_id', audiences: new Set(['web-app']) }

  test('an access token of that client is good, whatever its audience', () => {
    assert.equal(answerProblem(activeAnswer({ aud: undefined }), rules, NOW), undefined)
    const named = activeAnswer({ aud: undefined, token_type: undefined, token_use: 'access_token' })
    assert.equal(answerProblem(named, rules, NOW), undefined)
  })

  test("another client's is not", () => {
    assert.equal(answerProblem(activeAnswer({ client_id: 'other' }), rules, NOW), 'audience')
    assert.equal(answerProblem(activeAnswer({ client_id: undefined }), rules, NOW), 'audience')
  })

  test('a token that may be a refresh token of that client is not', () => {
    const untyped = activeAnswer({ aud: undefined, token_type: undefined })
    assert.equal(answerProblem(untyped, rules, NOW), 'no token type')
  })
})
