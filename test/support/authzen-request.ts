import { isJsonObject, type JsonObject } from '../../lib/json-object.ts'

/** One evaluation, with the defaults of its request put in: Authorization API 1.0 §7.1.1. */
export interface AskedEvaluation {
  readonly subject: JsonObject
  readonly action: JsonObject
  readonly resource: JsonObject
  readonly context: JsonObject | undefined
}

export interface AskedOfPdp {
  readonly evaluations: readonly AskedEvaluation[]
  readonly semantic: string
}

const ENTITIES = { subject: ['type', 'id'], action: ['name'], resource: ['type', 'id'] } as const
const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit']

/**
 * Reads a request strictly: nothing may be missing, and nothing may be there that the specification doesn't name.
 * @returns what is wrong with it, as text
 */
export function readAuthzenRequest(body: unknown, isSeveral: boolean): AskedOfPdp | string {
  if (!isJsonObject(body)) return 'the body is no object'
  const { evaluations, options = {}, ...defaults } = body
  if (!isSeveral) {
    if (evaluations !== undefined || 'options' in body) return 'evaluations at the endpoint for one'
    const one = readEvaluation(defaults)
    return typeof one === 'string' ? one : { evaluations: [one], semantic: 'execute_all' }
  }
  if (!Array.isArray(evaluations) || evaluations.length === 0) return 'no evaluations'
  if (!isJsonObject(options)) return 'options are no object'
  const { evaluations_semantic: semantic = 'execute_all', ...others } = options
  if (Object.keys(others).length > 0) return 'an unknown option'
  if (typeof semantic !== 'string' || !SEMANTICS.includes(semantic)) return 'an unknown semantic'
  const read: AskedEvaluation[] = []
  for (const each of evaluations) {
    const one = isJsonObject(each) ? readEvaluation({ ...defaults, ...each }) : 'an evaluation is no object'
    if (typeof one === 'string') return one
    read.push(one)
  }
  return { evaluations: read, semantic }
}

function readEvaluation(told: JsonObject): AskedEvaluation | string {
  const { subject, action, resource, context, ...others } = told
  const unknown = Object.keys(others)
  if (unknown.length > 0) return `unknown members: ${unknown.join(', ')}`
  for (const [name, entity] of Object.entries({ subject, action, resource })) {
    const problem = entityProblem(entity, ENTITIES[name as keyof typeof ENTITIES])
    if (problem !== undefined) return `${name}: ${problem}`
  }
  if (context !== undefined && !isJsonObject(context)) return 'context is no object'
  return { subject: Object(subject), action: Object(action), resource: Object(resource), context }
}

function entityProblem(entity: unknown, texts: readonly string[]): string | undefined {
  if (!isJsonObject(entity)) return 'no object'
  const bad = texts.find((text) => typeof entity[text] !== 'string' || entity[text] === '')
  if (bad !== undefined) return `${bad} is no text`
  if (entity.properties !== undefined && !isJsonObject(entity.properties)) return 'properties are no object'
  return Object.keys(entity).find((name) => name !== 'properties' && !texts.includes(name))
}
