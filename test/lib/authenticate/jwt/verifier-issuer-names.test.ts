import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { accessTokenAuthenticator } from '../../../../lib/authenticate/access-token.ts'
import { accessTokenClaims, ISSUER, NOW } from '../../../support/access-token.ts'
import { errorIn } from '../../../support/outcomes.ts'
import { bearer } from '../../../support/request-view.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const key = createSigningKey('ES256')

async function askedFor(iss: unknown): Promise<readonly string[]> {
  const asked: string[] = []
  const subject = accessTokenAuthenticator({
    issuers: (name) => {
      asked.push(name)
      return undefined
    },
    now: () => NOW,
  })
  const { code, reason } = await errorIn(subject.authenticate(bearer(key.sign(accessTokenClaims({ iss })))))
  assert.deepEqual([code, reason], ['invalid_token', 'issuer'])
  return asked
}

suite('before a token is verified, its issuer is a name that a stranger chose', () => {
  test('a resolver is asked for what may be one', async () => {
    for (const iss of [ISSUER, 'x'.repeat(512), "https://issuer.example.test/' OR 1=1 --", '__proto__']) {
      assert.deepEqual(await askedFor(iss), [iss])
    }
  })

  const never = ['', 'x'.repeat(513), 'a\nb', 'a\u0000', 'caf\u00e9', '\ud800', undefined, null, 1, [ISSUER], { a: 1 }]
  for (const iss of never) {
    test(`it is never asked for ${JSON.stringify(iss)?.slice(0, 40)}`, async () => {
      assert.deepEqual(await askedFor(iss), [])
    })
  }
})
