import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  REVOCATION_COLUMNS,
  revocationInWords,
  revocationRow,
} from '../../../../lib/command-line/revocations/revocation-output.ts'
import { NOW } from '../../../support/access-token.ts'
import { EVERY_KIND } from '../../../support/revocations.ts'

test('every kind has a row and a sentence', () => {
  for (const revocation of EVERY_KIND) assert.equal(revocationRow(revocation, NOW).length, REVOCATION_COLUMNS.length)
  const until = 'kept until 2023-11-14T23:13:20Z (in 1 hour).'
  assert.deepEqual(
    EVERY_KIND.map((each) => revocationInWords(each, NOW)),
    [
      `Revoked: the token token-1 of every issuer, ${until}`,
      `Revoked: the token token-1 of https://issuer.example.test, ${until}`,
      `Revoked: the tokens of session session-1 of https://issuer.example.test, ${until}`,
      `Revoked: the tokens of client web-app (all) of every issuer, ${until}`,
      `Revoked: the tokens of client web-app (issued before 2023-11-14T22:12:19Z) of every issuer, ${until}`,
      `Revoked: the tokens about alice (issued before 2023-11-14T22:13:20Z) of every issuer, ${until}`,
      `Revoked: the tokens about alice (version below 3) of every issuer, ${until}`,
    ],
  )
})
