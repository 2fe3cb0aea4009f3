import { anonymous } from '../../authenticate/anonymous.ts'
import type { Authentication, Authenticator, Rehearsal } from '../../authenticate/authenticator.ts'
import { rehearse } from '../../authenticate/rehearsal.ts'
import type { DeniableFacts, Requirements } from '../../authorize/requirements.ts'
import type { RouteRule } from '../../authorize/route-rule.ts'
import { type Awaitable, onceThere } from '../../effects.ts'

/** Who would be asked about a token, by rules with `freshIntrospection`. */
export const SERVER = 'the authorization server'

const NOT_ASKED = 'whether the token is still active, for its authorization server is not asked'
/** What a server can be asked about. */
const TOKENS: readonly string[] = ['jwt', 'introspection']

/**
 * The given credential, at a gateway that takes whatever the table asks for: the table is written for one, and here is none.
 * @param isActive asked when a rule wants to know whether a token is active now: what is assumed
 */
export function atGatewayOf(
  rules: readonly RouteRule[],
  authenticate: Authenticator,
  isActive: () => boolean,
): Authenticator {
  const { issuers, method, methods = [method] } = authenticate
  const admitsNobody = rules.some((rule) => rule.anonymous === true)
  return {
    ...authenticate,
    methods: [...new Set([...methods, 'mtls', ...namedIn(rules, 'authenticators')])],
    issuers: issuers === 'any' ? 'any' : [...new Set([...issuers, ...namedIn(rules, 'issuers')])],
    canIntrospect: true,
    rehearse: (request, freshly) =>
      onceThere(rehearse(authenticate, request), (rehearsal): Awaitable<Rehearsal> => {
        if (rehearsal.answer.outcome === 'absent' && admitsNobody) return rehearse(anonymous(), request)
        return freshly ? asked(rehearsal, isActive) : rehearsal
      }),
  }
}

function asked({ answer, untold }: Rehearsal, isActive: () => boolean): Rehearsal {
  if (answer.outcome !== 'authenticated' || !TOKENS.includes(answer.principal.method)) return { answer, untold }
  const known: Authentication = isActive() ? { ...answer, isIntrospectedNow: true } : answer
  return { answer: known, untold: [...untold, NOT_ASKED] }
}

/** Whatever is named there, at any depth. */
function namedIn(facts: readonly (Requirements & DeniableFacts)[], member: 'authenticators' | 'issuers'): string[] {
  return facts.flatMap((each) => {
    const { allOf, anyOf, not } = Object(each) as Requirements
    const inner = [allOf, anyOf, not].flat().filter((one) => one !== undefined)
    return [...textsIn(each?.[member]), ...namedIn(inner, member)]
  })
}

/** What is no list of texts is told where the rule is compiled. */
function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : []
}
