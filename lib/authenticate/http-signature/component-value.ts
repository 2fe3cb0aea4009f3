import type { RequestView } from '../../request-view.ts'
import type { Origin } from './origins.ts'
import type { Component } from './presented-signature.ts'
import { queryParameters } from './query-parameter.ts'
import { type Members, readDictionary, serialized } from './structured-dictionary.ts'

/** A request, and the origin that it is for. */
export interface Addressed {
  readonly request: RequestView
  readonly origin: Origin
}

const DERIVED: Readonly<Record<string, (addressed: Addressed) => string>> = {
  '@method': ({ request }) => request.method,
  '@target-uri': ({ request, origin }) => origin.url + request.target,
  '@authority': ({ origin }) => origin.authority,
  '@scheme': ({ origin }) => origin.scheme,
  '@request-target': ({ request }) => request.target,
  '@path': ({ request }) => pathOf(request.target),
  '@query': ({ request }) => `?${request.query}`,
}

const FIELD_NAME = /^[a-z0-9!#$%&'*+\-.^_`|~]+$/
const VALUE = /^[\t\x20-\x7e]*$/

/** Parameters of components that RFC 9421 knows and we don't take, by what they would need. */
const REFUSED_PARAMETERS: ReadonlySet<string> = new Set(['sf', 'bs', 'tr', 'req'])

/** Why a component cannot be signed here, as a word for the log; `undefined` when it can. */
export function componentProblem({ name, parameters }: Component): string | undefined {
  const allowed = name === '@query-param' ? 'name' : 'key'
  for (const [parameter, value] of parameters) {
    if (REFUSED_PARAMETERS.has(parameter)) return `component parameter ${parameter}`
    if (parameter !== allowed || typeof value !== 'string') return 'component parameter'
  }
  if (name === '@query-param') return parameters.size === 1 ? undefined : 'component parameter'
  if (!name.startsWith('@')) return FIELD_NAME.test(name) ? undefined : 'component name'
  if (!Object.hasOwn(DERIVED, name)) return 'derived component'
  return parameters.size === 0 ? undefined : 'component parameter'
}

/** Whether a name is one that a policy can demand: a field, or a derived component without parameters. */
export function isComponentName(name: string): boolean {
  return componentProblem({ name, parameters: new Map(), identifier: '' }) === undefined
}

/** Reads the components of one request. What several of them are parts of is parsed once: that costs more than the rest. */
export class ComponentReader {
  readonly #addressed: Addressed
  readonly #dictionaries = new Map<string, Members | undefined>()
  #query: ReadonlyMap<string, string> | undefined

  constructor(addressed: Addressed) {
    this.#addressed = addressed
  }

  /**
   * The value of a component (RFC 9421 §2.1, §2.2): one line, for it can hold no other.
   * @returns `undefined` when the request has none, or it cannot be signed as it is
   */
  valueOf({ name, parameters }: Component): string | undefined {
    if (name === '@query-param') return this.#queryParameter(String(parameters.get('name')))
    if (name.startsWith('@')) return DERIVED[name]?.(this.#addressed)
    const value = fieldValue(this.#addressed.request, name)
    if (value === undefined || !VALUE.test(value)) return undefined
    const key = parameters.get('key')
    return key === undefined ? value : this.#dictionaryMember(name, value, String(key))
  }

  #queryParameter(name: string): string | undefined {
    this.#query ??= queryParameters(this.#addressed.request.query)
    return this.#query.get(name)
  }

  /** RFC 9421 §2.1.2. */
  #dictionaryMember(name: string, field: string, key: string): string | undefined {
    if (!this.#dictionaries.has(name)) this.#dictionaries.set(name, readDictionary(field))
    const member = this.#dictionaries.get(name)?.get(key)
    return member && serialized(member)
  }
}

/** Lines of one name are joined, as Node.js does: RFC 9421 §2.1. */
function fieldValue(request: RequestView, name: string): string | undefined {
  const value = request.credential(name) ?? request.headers[name]
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join(', ') : undefined
}

function pathOf(target: string): string {
  const end = target.indexOf('?')
  return end === -1 ? target : target.slice(0, end)
}
