import { BEARER } from '../../authenticate/access-token/presented-token.ts'
import { type Authenticator, authenticated } from '../../authenticate/authenticator.ts'
import { AuthError } from '../../errors.ts'
import { isJsonObject } from '../../json-object.ts'
import { createPrincipal, type Principal, type PrincipalFields } from '../../principal.ts'
import { didYouMean } from '../../suggestion.ts'
import { usageFailure } from '../exit-code.ts'

const FIELDS = [
  ...[
    'kind',
    'subject',
    'method',
    'clientId',
    'issuer',
    'tenantId',
    'email',
    'roles',
    'scopes',
    'tier',
    'credentialId',
  ],
  ...['authenticatedAt', 'expiresAt', 'claims'],
]
const KINDS: readonly unknown[] = ['user', 'client', 'anonymous']

/** Lets a principal pass for whoever makes the request. */
export function principalAuthenticator(principal: Principal): Authenticator {
  return {
    method: principal.method,
    challenges: [],
    sources: [BEARER],
    urlParameters: [],
    issuers: [],
    authenticate: () => authenticated(principal),
  }
}

/**
 * A principal written in JSON: the fields of a principal, of which `subject` is needed. A user by a JWT, when it doesn't say.
 * @throws CommandFailure when it is none; the message repeats no value
 */
export function parsePrincipal(text: string): Principal {
  const fields = objectIn(text)
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name))
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, FIELDS) || ` The fields are ${FIELDS.join(', ')}.`
    throw usageFailure(`--principal has a field that is not known.${hint}`)
  }
  const { kind = 'user', method = 'jwt' } = fields
  if (!KINDS.includes(kind)) throw usageFailure('--principal: "kind" must be user, client or anonymous')
  if (fields.claims !== undefined && !isJsonObject(fields.claims)) {
    throw usageFailure('--principal: "claims" must be an object')
  }
  const principal = createPrincipal({ ...fields, kind, method } as PrincipalFields)
  if (!(principal instanceof AuthError)) return principal
  throw usageFailure(`--principal: ${principal.reason}; is it there, and as it should be?`)
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Without the cause: its message shows a piece of the text.
  }
  if (isJsonObject(value)) return value
  throw usageFailure('--principal must be a JSON object, such as {"subject": "alice", "roles": ["editor"]}')
}
