import {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticated,
  rejected,
} from '../../lib/authenticate/authenticator.ts'
import { readCredential } from '../../lib/authenticate/credential.ts'
import { createChallenge } from '../../lib/challenge.ts'
import type { Awaitable } from '../../lib/effects.ts'
import type { Principal } from '../../lib/principal.ts'
import type { RequestView } from '../../lib/request-view.ts'

export interface FakeAuthenticator extends Authenticator {
  /** How often it was asked. */
  readonly calls: () => number
}

/** Reads one header; it knows the credentials given, and rejects every other. */
export function headerAuthenticator(
  header: string,
  known: Readonly<Record<string, Principal>>,
  options: { readonly later?: boolean; readonly issuers?: readonly string[] } = {},
): FakeAuthenticator {
  let calls = 0
  return fake(
    header,
    options.issuers ?? [],
    () => calls,
    (request) => {
      calls++
      const credential = readCredential(request, { header })
      const principal = credential === undefined ? undefined : known[credential]
      const answer = credential === undefined ? ABSENT : principal ? authenticated(principal) : rejected('unknown')
      return options.later ? Promise.resolve(answer) : answer
    },
  )
}

/** Reads one header, and answers with whatever the function does. */
export function answeringAuthenticator(
  answer: (request: RequestView) => Awaitable<Authentication>,
  header: string = 'x-api-key',
): FakeAuthenticator {
  let calls = 0
  return fake(
    header,
    [],
    () => calls,
    (request) => {
      calls++
      return answer(request)
    },
  )
}

function fake(
  header: string,
  issuers: readonly string[],
  calls: () => number,
  authenticate: Authenticator['authenticate'],
): FakeAuthenticator {
  return {
    method: header,
    challenges: [createChallenge('Fake', { name: header })],
    sources: [{ header }],
    urlParameters: [header],
    issuers,
    authenticate,
    calls,
  }
}
