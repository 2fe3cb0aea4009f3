import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertBoundaryOptions, BOUNDARY_OPTIONS } from '../../lib/boundary-options.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'

const authenticate = headerAuthenticator('x-api-key', {})

test('an authenticator is enough', () => assert.doesNotThrow(() => assertBoundaryOptions({ authenticate })))

suite('refused', () => {
  const refused: readonly (readonly [object, ...string[]])[] = [
    [{ authenticator: authenticate }, 'Did you mean "authenticate"?'],
    [{ route: [] }, 'Did you mean "routes"?'],
    [{ trustProxy: true }, 'unknown option "trustProxy"'],
    [{ authenticate: undefined }, '"authenticate"', 'jwtAuthenticator'],
    [{ authenticate: () => undefined }, '"authenticate"'],
    [{ authenticate: [authenticate] }, '"authenticate"'],
    [{ authenticate: { authenticate: () => undefined } }, '"authenticate"'],
    [{ strip: [] }, '"strip"', 'at least one'],
    [{ strip: ['a b'] }, '"strip"', 'header names'],
    [{ strip: 'x-internal' }, '"strip"', 'list'],
    [{ origins: [] }, '"origins"', 'at least one'],
    [{ origins: ['*'] }, '"origins"', 'https://app.example.com'],
    [{ origins: ['https://app.example.com/'] }, '"origins"'],
    [{ origins: ['app.example.com'] }, '"origins"'],
    [{ origins: ['null'] }, '"origins"'],
    [{ now: 1 }, '"now"', 'function'],
    [{ deadlineMs: 0 }, '"deadlineMs"'],
    [{ deadlineMs: '10' }, '"deadlineMs"'],
    [{ deadlineMs: Number.POSITIVE_INFINITY }, '"deadlineMs"'],
  ]
  for (const [changes, ...words] of refused) {
    test(`${Object.keys(changes)}: ${JSON.stringify(Object.values(changes))}`, () => {
      assertRefusedOption(() => assertBoundaryOptions(untyped({ authenticate, ...changes })), 'boundary', ...words)
    })
  }
})

test('every option has a name of its own', () => assert.equal(new Set(BOUNDARY_OPTIONS).size, BOUNDARY_OPTIONS.length))
