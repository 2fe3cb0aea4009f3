import assert from 'node:assert/strict'
import type { IssuerOptions } from '../../lib/authenticate/jwt/issuer.ts'
import type { Issuers } from '../../lib/authenticate/jwt/issuers.ts'
import { type IssuerResolver, resolvedIssuers } from '../../lib/authenticate/jwt/resolved-issuers.ts'
import { DependencyError } from '../../lib/errors.ts'
import { AUDIENCE } from './access-token.ts'
import { type TestClock, testClock } from './clock.ts'
import { createSigningKey } from './signing-key.ts'

export const A = 'https://a.example.test'
export const B = 'https://b.example.test'
const keys = { keys: [createSigningKey('ES256').jwk] }
export const optionsOf = (issuer: string): IssuerOptions => ({
  issuer,
  audience: AUDIENCE,
  algorithms: ['ES256'],
  keys,
})

export interface ResolvedTenants {
  readonly clock: TestClock
  /** What the resolver answers, unless a test gives its own. */
  readonly tenants: Map<string, IssuerOptions>
  /** The names asked for, in order. */
  readonly asked: readonly string[]
  readonly warnings: readonly string[]
  readonly issuers: Issuers
}

/** Tenants that a test changes, and a record of who was asked for. */
export function resolvedTenants(resolve?: IssuerResolver): ResolvedTenants {
  const clock = testClock()
  const tenants = new Map([A, B].map((name) => [name, optionsOf(name)]))
  const asked: string[] = []
  const warnings: string[] = []
  const effects = { fetch, now: clock.now, warn: (message: string) => void warnings.push(message) }
  const issuers = resolvedIssuers(
    'test',
    (name) => {
      asked.push(name)
      return resolve ? resolve(name) : tenants.get(name)
    },
    effects,
  )
  return { clock, tenants, asked, warnings, issuers }
}

/** The failure of a resolver, with words that its message holds. */
export const resolverFailure = (message: string) => (error: unknown) => {
  assert.ok(error instanceof DependencyError, String(error))
  assert.equal(error.dependency, 'issuer resolver')
  assert.match(error.message, new RegExp(message))
  return true
}
