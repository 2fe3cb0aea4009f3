import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CommandFailure } from '../../../../lib/command-line/exit-code.ts'
import { parsePrincipal, principalAuthenticator } from '../../../../lib/command-line/explain/given-principal.ts'
import { atOnce, principalIn } from '../../../support/outcomes.ts'
import { requestView } from '../../../support/request-view.ts'

test('a principal needs a subject, and is a user by a JWT unless it says otherwise', () => {
  const { kind, subject, method, roles } = parsePrincipal('{"subject": "alice"}')
  assert.deepEqual([kind, subject, method, roles], ['user', 'alice', 'jwt', []])
  const partner = parsePrincipal('{"kind": "client", "subject": "acme", "method": "api-key", "claims": {"a": 1}}')
  assert.deepEqual([partner.kind, partner.method, partner.claims.a], ['client', 'api-key', 1])
})

suite('what is no principal is told, without its values', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['canary', /a JSON object/],
    ['["canary"]', /a JSON object/],
    ['{}', /subject/],
    ['{"subject": "canary\\n"}', /subject/],
    ['{"subject": "a", "roles": ["canary,b"]}', /roles/],
    ['{"subject": "a", "role": "canary"}', /Did you mean roles\?/],
    ['{"subject": "a", "zzz": "canary"}', /The fields are kind, subject/],
    ['{"subject": "a", "kind": "canary"}', /"kind" must be user, client or anonymous/],
    ['{"subject": "a", "claims": 7}', /claims/],
  ]
  for (const [text, told] of cases) {
    test(text, () => {
      assert.throws(
        () => parsePrincipal(text),
        (error) => error instanceof CommandFailure && told.test(error.message) && !error.message.includes('canary'),
      )
    })
  }
})

test('it passes for whoever asks', async () => {
  const alice = parsePrincipal('{"subject": "alice"}')
  const answer = atOnce(principalAuthenticator(alice).authenticate(requestView()))
  assert.equal(await principalIn(answer), alice)
})
