import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { suite, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { DependencyError } from '../../lib/errors.ts'
import { AUDIENCE, accessTokenClaims, NOW } from '../support/access-token.ts'
import { eventually } from '../support/eventually.ts'
import { hostileIssuer } from '../support/hostile-issuer.ts'
import { principalIn } from '../support/outcomes.ts'
import { bearer } from '../support/request-view.ts'
import { createSigningKey } from '../support/signing-key.ts'

const signer = createSigningKey('ES256')

/** Memory is collected when it pleases: a test makes it please now. */
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const STALLS: Readonly<Record<string, RequestListener>> = {
  'says nothing': () => undefined,
  'stops after the headers': (_request, response) => response.flushHeaders(),
  'stops in the middle': (_request, response) => void response.write('{"keys":['),
  'sends a byte now and then': (_request, response) => {
    const timer = setInterval(() => response.write(' '), 10)
    response.once('close', () => clearInterval(timer))
  },
}

/** A deadline that is forgotten would end all fetches of keys for ever: the next ones wait for the one in flight. */
suite('an issuer is given up, and asked again later, whatever memory is collected meanwhile, when it', () => {
  for (const [name, stall] of Object.entries(STALLS)) {
    test(name, { timeout: 20_000 }, async () => {
      const issuer = await hostileIssuer([signer.jwk])
      let time = NOW
      const authenticator = jwtAuthenticator({
        ...{ issuer: issuer.issuer, audience: AUDIENCE, algorithms: ['ES256'], now: () => time },
        ...{ jwksUri: `${issuer.issuer}/jwks`, keySet: { deadlineMs: 500 }, warn: () => undefined },
      })
      const token = signer.sign(accessTokenClaims({ iss: issuer.issuer }))
      issuer.setFault(stall)
      const collecting = setInterval(collect, 10)
      try {
        await assert.rejects(async () => authenticator.authenticate(bearer(token)), DependencyError)
      } finally {
        clearInterval(collecting)
      }
      issuer.setFault(undefined)
      await eventually(async () => {
        time += 1
        assert.equal((await principalIn(authenticator.authenticate(bearer(token)))).subject, 'alice')
      })
      assert.ok(issuer.fetches() >= 2)
    })
  }
})
