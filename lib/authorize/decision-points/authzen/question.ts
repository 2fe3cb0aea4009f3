import type { Awaitable } from '../../../effects.ts'
import { DependencyError } from '../../../errors.ts'
import { isJsonObject } from '../../../json-object.ts'
import type { Principal } from '../../../principal.ts'
import type { RequestView } from '../../../request-view.ts'
import type { PolicyRoute } from '../../policy-route.ts'

/** A subject, or a resource: Authorization API 1.0 §5.1, §5.2. */
export interface AuthzenEntity {
  readonly type: string
  /** Unique among those of its type. */
  readonly id: string
  readonly properties?: Readonly<Record<string, unknown>>
}

/** §5.3. */
export interface AuthzenAction {
  readonly name: string
  readonly properties?: Readonly<Record<string, unknown>>
}

export type AuthzenContext = Readonly<Record<string, unknown>>

/** One evaluation of several: what it leaves out is that of the request, §7.1.1. */
export interface AuthzenEvaluation {
  readonly subject?: AuthzenEntity
  readonly action?: AuthzenAction
  readonly resource?: AuthzenEntity
  readonly context?: AuthzenContext
}

/** What is to be decided about. */
export interface AuthzenQuestion {
  readonly principal: Principal
  readonly request: RequestView
  /** The route whose rule asks; `undefined` when none does. */
  readonly route: PolicyRoute | undefined
}

export type AuthzenMapping<T> = (question: AuthzenQuestion) => Awaitable<T>

/** How requests are told to the decision point, where it is not as by default. */
export interface AuthzenMappings {
  readonly subject: AuthzenMapping<AuthzenEntity>
  readonly action: AuthzenMapping<AuthzenAction>
  readonly resource: AuthzenMapping<AuthzenEntity>
  readonly context: AuthzenMapping<AuthzenContext | undefined>
  readonly evaluations: AuthzenMapping<readonly AuthzenEvaluation[]> | undefined
}

/** What the principal is, and nothing that it is proven by. Claims are not in it: they are whatever an issuer put there. */
export function subjectOf({ principal, request }: AuthzenQuestion): AuthzenEntity {
  const { kind, method, issuer, clientId, tenantId, email, roles, scopes } = principal
  const named = { issuer, client_id: clientId, tenant_id: tenantId, email }
  return {
    type: 'identity',
    id: principal.subject,
    properties: { kind, method, ...named, roles, scopes, ip_address: request.clientAddress || undefined },
  }
}

export function actionOf({ request }: AuthzenQuestion): AuthzenAction {
  return { name: request.method }
}

/** The route, with its parameters as OpenAPI writes them; the path itself, where no rule asks. */
export function resourceOf({ request, route }: AuthzenQuestion): AuthzenEntity {
  const { path, host, scheme } = request
  if (!route) return { type: 'uri', id: path, properties: { path, host, scheme } }
  const { rule } = route
  const parameters = route.parametersOf(request)
  return { type: 'route', id: templateOf(route), properties: { rule, parameters, path, host, scheme } }
}

/** `/orders/:orderId` as `/orders/{orderId}`. */
function templateOf({ path }: PolicyRoute): string {
  return path.replace(/(?<=\/):([A-Za-z0-9_]+)/g, '{$1}')
}

/** What is sent: §6.1, §7.1. */
export interface AuthzenBody extends AuthzenEvaluation {
  readonly evaluations?: readonly AuthzenEvaluation[]
  readonly options?: { readonly evaluations_semantic: string }
}

/**
 * @param name whose mappings they are, for errors
 * @throws DependencyError (rejects) for what a decision point could not understand, or could take for another question
 */
export async function bodyOf(name: string, question: AuthzenQuestion, mappings: AuthzenMappings): Promise<AuthzenBody> {
  const [subject, action, resource, context, evaluations] = await Promise.all([
    mappings.subject(question),
    mappings.action(question),
    mappings.resource(question),
    mappings.context(question),
    mappings.evaluations?.(question),
  ])
  const body = { subject, action, resource, ...(context !== undefined && { context }) }
  assertTold(name, body)
  if (mappings.evaluations === undefined) return body
  if (!Array.isArray(evaluations) || evaluations.length === 0) throw untellable(name, 'evaluations')
  for (const each of evaluations) assertTold(name, each)
  return { ...body, evaluations }
}

/** What is left out, or has no value, is dropped from JSON: another question than the one that was meant. */
function assertTold(name: string, told: AuthzenEvaluation): void {
  if (!isJsonObject(told)) throw untellable(name, 'evaluations')
  const { subject, action, resource, context, ...others } = told as AuthzenEvaluation
  if (Object.keys(others).length > 0) throw untellable(name, 'evaluations')
  for (const [member, entity] of Object.entries({ subject, resource })) {
    if (member in told && !isEntity(entity, ['type', 'id'])) throw untellable(name, member)
  }
  if ('action' in told && !isEntity(action, ['name'])) throw untellable(name, 'action')
  if ('context' in told && !isJsonObject(context)) throw untellable(name, 'context')
}

function isEntity(entity: unknown, texts: readonly string[]): boolean {
  if (!isJsonObject(entity)) return false
  if (entity.properties !== undefined && !isJsonObject(entity.properties)) return false
  return texts.every((text) => typeof entity[text] === 'string' && entity[text] !== '')
}

function untellable(name: string, member: string): DependencyError {
  return new DependencyError(name, `the mapping "${member}" yields none that the decision point could read`)
}
