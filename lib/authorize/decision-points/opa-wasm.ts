import { DependencyError } from '../../errors.ts'
import { isJsonObject } from '../../json-object.ts'
import { assertFunction, assertKnownKeys, invalidOption } from '../../options.ts'
import type { Decision, Policy } from '../policy.ts'
import type { PolicyRoute } from '../policy-route.ts'
import { inputOf } from './opa/input.ts'
import { COMMON, commonSettings, type OpaPolicyOptions } from './opa/options.ts'
import { decisionOfResult, type ResultReading, undefinedResult } from './opa/result.ts'

/** A policy that is compiled to WebAssembly and loaded: what `loadPolicy()` of `@open-policy-agent/opa-wasm` gives. */
export interface LoadedOpaPolicy {
  /** @returns the set of results, at once: one `{ result }`, or none when it is undefined */
  evaluate(input: object, entrypoint?: string | number): unknown
  /** The rules that can be asked, when it tells. */
  readonly entrypoints?: object
}

export interface OpaWasmOptions extends OpaPolicyOptions {
  readonly policy: LoadedOpaPolicy
  /** The rule that decides, as it was compiled: `gateway/authz/allow`. Default: the first one. */
  readonly entrypoint?: string
}

const FACTORY = 'opaWasmPolicy'

/**
 * Asks a policy in this process, compiled by `opa build -t wasm`. It answers at once. Input and results are those of
 * `opaPolicy`; what is thrown, and what is no decision, is 503.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function opaWasmPolicy(options: OpaWasmOptions): Policy {
  assertKnownKeys(FACTORY, options, [...COMMON, 'policy', 'entrypoint'])
  const { policy, entrypoint } = options
  const { include, reading, now } = commonSettings(FACTORY, options)
  assertFunction(FACTORY, 'policy.evaluate', policy?.evaluate)
  assertEntrypoint(policy, entrypoint)
  const { name, setsHeaders } = reading

  const forRoute = (route: PolicyRoute | undefined): Policy => ({
    name,
    setsHeaders,
    decide(principal, request) {
      const input = inputOf({ principal, request, route, now: now() }, include)
      return decisionOfSet(evaluated(policy, input, entrypoint, name), reading)
    },
  })
  return { ...forRoute(undefined), forRoute }
}

/** A WebAssembly module throws whatever it likes, and what it says may hold the input. */
function evaluated(policy: LoadedOpaPolicy, input: object, entrypoint: string | undefined, name: string): unknown {
  try {
    return policy.evaluate(input, entrypoint)
  } catch {
    throw new DependencyError(name, 'could not be evaluated')
  }
}

function decisionOfSet(set: unknown, reading: ResultReading): Decision {
  if (!Array.isArray(set)) throw new DependencyError(reading.name, 'gave no set of results')
  if (set.length === 0) return undefinedResult(reading)
  const [only] = set as readonly unknown[]
  if (set.length > 1 || !isJsonObject(only)) throw new DependencyError(reading.name, 'gave no single result')
  return Object.hasOwn(only, 'result') ? decisionOfResult(only.result, reading) : undefinedResult(reading)
}

function assertEntrypoint({ entrypoints }: LoadedOpaPolicy, entrypoint: unknown): void {
  if (entrypoint === undefined) return
  const known = entrypoints === undefined ? undefined : Object.keys(entrypoints)
  if (typeof entrypoint === 'string' && entrypoint !== '' && known?.includes(entrypoint) !== false) return
  const remedy = known ? `one of ${known.join(', ')}` : 'the name of a rule, such as gateway/authz/allow'
  throw invalidOption(FACTORY, `"entrypoint" must be ${remedy}`)
}
