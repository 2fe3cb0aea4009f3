import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'

/** Two issuers that know nothing of each other; their keys have one name, and so have their users. */
const ours = await attackedGateway()
const theirs = await attackedGateway()
const parties = { ours, theirs }
const API = 'https://api.example.test'
const OTHER_API = 'https://billing.example.test'

suite('of the tokens of two issuers with one kid and one subject', () => {
  for (const [signer, { signingKey }] of Object.entries(parties)) {
    for (const [named, { issuer }] of Object.entries(parties)) {
      for (const aud of [API, OTHER_API, [OTHER_API, API]]) {
        const isOurs = signer === 'ours' && named === 'ours' && aud !== OTHER_API
        test(`${isOurs ? 'only this is good' : 'this is none of ours'}: signed by ${signer}, iss ${named}, aud ${aud}`, async () => {
          const claims = ours.claims({ iss: issuer, aud, tenant_id: 'tenant_evil' })
          const headers = [`Authorization: Bearer ${signingKey.sign(claims)}`]
          const status = statusOf(await sendRequestLines(ours.port, { target: '/echo', headers }))
          const tenants = ours.upstream.take().flatMap((record) => foldedValues(record, 'x-tenant-id'))
          assert.deepEqual([status, tenants], isOurs ? [200, ['tenant_evil']] : [401, []])
          assert.deepEqual(theirs.upstream.take(), [])
        })
      }
    }
  }

  test('each is good where it belongs, and nowhere else, also when it has just been seen there', async () => {
    for (let round = 0; round < 2; round++) {
      for (const [name, { token }] of Object.entries(parties)) {
        const headers = [`Authorization: Bearer ${token({ jti: 'same' })}`]
        for (const [place, { port, upstream }] of Object.entries(parties)) {
          const status = statusOf(await sendRequestLines(port, { target: '/echo', headers }))
          assert.deepEqual([status, upstream.take().length], name === place ? [200, 1] : [401, 0])
        }
      }
    }
  })
})
