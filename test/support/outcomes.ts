import assert from 'node:assert/strict'
import type { Authentication } from '../../lib/authenticate/authenticator.ts'
import type { Awaitable } from '../../lib/effects.ts'
import { AuthError } from '../../lib/errors.ts'
import { createPrincipal, type Principal, type PrincipalFields } from '../../lib/principal.ts'

/** An answer that came at once: the hot path makes no promise. */
export function atOnce<T>(answer: Awaitable<T>): T {
  assert.ok(!(answer instanceof Promise), 'the answer is no promise')
  return answer
}

export async function principalIn(answer: Awaitable<Authentication>): Promise<Principal> {
  const settled = await answer
  assert.equal(settled.outcome, 'authenticated', `authenticated, not ${reasonOf(settled)}`)
  return settled.outcome === 'authenticated' ? settled.principal : assert.fail()
}

export async function errorIn(answer: Awaitable<Authentication>): Promise<AuthError> {
  const settled = await answer
  return settled.outcome === 'rejected' ? settled.error : assert.fail(`rejected, not ${settled.outcome}`)
}

function reasonOf(answer: Authentication): string {
  return answer.outcome === 'rejected' ? `rejected: ${answer.error.reason}` : answer.outcome
}

/** A principal; alice, unless the fields say otherwise. */
export function principal(fields: Partial<PrincipalFields> = {}): Principal {
  const made = createPrincipal({ kind: 'user', subject: 'alice', method: 'jwt', ...fields })
  return made instanceof AuthError ? assert.fail(made.reason) : made
}
