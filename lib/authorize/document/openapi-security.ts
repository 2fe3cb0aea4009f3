import type { Requirements } from '../requirements.ts'
import type { RouteRule } from '../route-rule.ts'
import type { LocatedDocument, Place } from './located-document.ts'
import { isObject, type JsonObject, resolved } from './openapi-values.ts'

/** An operation, and what is around it. */
export interface Operation {
  readonly root: JsonObject
  readonly item: JsonObject
  readonly operation: JsonObject
  readonly place: Place
}

type Ask = Omit<RouteRule, 'path' | 'methods' | 'hosts'>

/** Extensions that ask for something: of the document, of a path and of an operation. */
const EXTENSIONS: Readonly<Record<string, keyof Requirements>> = {
  'x-required-roles': 'roles',
  'x-required-scopes': 'scopes',
  'x-allowed-networks': 'networks',
  'x-allowed-clients': 'clients',
}
/** Any requirements, as a rule of ours writes them. */
const ALL_OF_THEM = 'x-gatewarden'
/** No requirement: what a request counts for in limits. */
export const COST = 'x-gatewarden-cost'
const OURS = ['x-required-', 'x-allowed-', ALL_OF_THEM]

/**
 * What an operation asks for: one of the alternatives in `security`, and all that extensions say.
 * @throws TypeError when it does not say whether it is public, or asks for what is not understood
 */
export function askOf(operation: Operation, document: LocatedDocument): Ask {
  const extended = extensionsOf(operation, document)
  const security = securityOf(operation, document)
  if (security === 'public' || security === 'optional') {
    if (extended.length > 0) {
      throw document.problem(
        operation.place,
        `is ${security}, by its "security", and asks for more by an extension; decide for one`,
      )
    }
    return security === 'public' ? { public: true } : { anonymous: true }
  }
  const [only, ...others] = security
  return joined([...(only && others.length === 0 ? [only] : [{ anyOf: security }]), ...extended])
}

function joined(asked: readonly Requirements[]): Requirements {
  const [only, ...others] = asked
  return only && others.length === 0 ? only : { allOf: asked }
}

function extensionsOf({ root, item, operation, place }: Operation, document: LocatedDocument): readonly Requirements[] {
  return [root, item, operation].flatMap((level) =>
    Object.entries(level)
      .filter(([name]) => name !== COST && isOurs(name))
      .map(([name, value]): Requirements => {
        if (name === ALL_OF_THEM && isObject(value)) return value
        const requirement = Object.hasOwn(EXTENSIONS, name) ? EXTENSIONS[name] : undefined
        if (requirement === undefined) {
          const known = [...Object.keys(EXTENSIONS), ALL_OF_THEM, COST].join(', ')
          throw document.problem([...place, name], `"${name}" is not understood here; known are ${known}`)
        }
        return { [requirement]: value }
      }),
  )
}

type Security = 'public' | 'optional' | readonly Requirements[]

function securityOf({ root, item, operation, place }: Operation, document: LocatedDocument): Security {
  if (Object.hasOwn(item, 'security')) {
    throw document.problem(
      place,
      'its path has "security", which counts at an operation or the document only; write it there',
    )
  }
  const own = operation.security
  // What stands there and says nothing (`null`) is no leave to do without, nor that of the document.
  const security = own === undefined ? root.security : own
  const at = own === undefined ? ['security'] : [...place, 'security']
  if (security === undefined || (own === undefined && Array.isArray(security) && security.length === 0)) {
    throw document.problem(
      place,
      'has no "security"; write "security: []" here, at the operation, if everybody may call it',
    )
  }
  if (!Array.isArray(security)) throw document.problem(at, '"security" must be a list')
  if (security.length === 0) return 'public'
  if (security.some((each) => isObject(each) && Object.keys(each).length === 0)) {
    return security.length === 1 ? 'public' : 'optional'
  }
  return security.map((each, index) => alternativeOf(each, root, [...at, index], document))
}

function alternativeOf(alternative: unknown, root: JsonObject, place: Place, document: LocatedDocument): Requirements {
  if (!isObject(alternative)) throw document.problem(place, 'an alternative of "security" is an object')
  const schemes = Object.entries(alternative).map(([name, names]) => {
    const at = [...place, name]
    if (!Array.isArray(names)) throw document.problem(at, `"${name}" must be a list of scopes or roles, perhaps empty`)
    return requirementsOf(schemeNamed(name, root, at, document), names, at, document)
  })
  if (schemes.filter(({ authenticators }) => authenticators).length > 1) {
    throw document.problem(place, 'asks for two credentials together; a rule can ask for one, besides a certificate')
  }
  return joined(schemes)
}

function schemeNamed(name: string, root: JsonObject, place: Place, document: LocatedDocument): JsonObject {
  const components = isObject(root.components) ? root.components : {}
  const schemes = isObject(components.securitySchemes) ? components.securitySchemes : {}
  if (!Object.hasOwn(schemes, name)) {
    throw document.problem(place, `there is no "${name}" in components.securitySchemes`)
  }
  return resolved(schemes[name], ['components', 'securitySchemes', name], document)
}

/** OpenAPI 3.1: the names are scopes of OAuth and OpenID Connect, and roles of what else there is. */
function requirementsOf(
  scheme: JsonObject,
  names: readonly string[],
  place: Place,
  document: LocatedDocument,
): Requirements {
  const { type, [ALL_OF_THEM]: own } = scheme
  assertUnderstood(scheme, place, document)
  const namesScopes = type === 'oauth2' || type === 'openIdConnect'
  const named: Requirements = names.length === 0 ? {} : namesScopes ? { scopes: names } : { roles: names }
  if (isObject(own)) return withNamed(own, named)
  if (namesScopes || isBearer(scheme)) return { authenticators: TOKENS, ...named }
  if (type === 'apiKey') return { authenticators: ['api-key'], ...named }
  if (type === 'mutualTLS') return { certificate: true, ...named }
  const told = type === 'http' ? `http ${String(scheme.scheme)}` : String(type)
  throw document.problem(
    place,
    `a security scheme of the type ${told} is not understood; say in the scheme what it asks for: "x-gatewarden: { authenticators: [...] }"`,
  )
}

/** What the scheme asks for itself, and the names besides: neither takes the place of the other. */
function withNamed(own: Requirements, named: Requirements): Requirements {
  if (!Object.keys(named).some((name) => Object.hasOwn(own, name))) return { ...own, ...named }
  return own.allOf === undefined ? { ...own, allOf: [named] } : { allOf: [own, named] }
}

function isBearer({ type, scheme }: JsonObject): boolean {
  return type === 'http' && String(scheme).toLowerCase() === 'bearer'
}

/** In whatever case: one that is spelled otherwise is meant too, and is refused. */
function isOurs(name: string): boolean {
  return OURS.some((prefix) => name.toLowerCase().startsWith(prefix))
}

/** In a scheme there is one extension of ours: another would be passed over. */
function assertUnderstood(scheme: JsonObject, place: Place, document: LocatedDocument): void {
  for (const [name, value] of Object.entries(scheme)) {
    if (!isOurs(name) || (name === ALL_OF_THEM && isObject(value))) continue
    throw document.problem(
      place,
      `its scheme has "${name}", which is not understood there; a scheme says what it asks for in "${ALL_OF_THEM}"`,
    )
  }
}

const TOKENS = ['jwt', 'introspection']
