import type { DecisionEvent, SafePrincipal } from '../../decision-event.ts'

export type DecisionAttributes = Record<string, string | number>

/** What the semantic conventions know; a method that they do not is `_OTHER` there. */
const METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]

/** What a decision is described by: attributes of the semantic conventions of HTTP where there is one, and our own. */
export function decisionAttributes(event: DecisionEvent, tellsPrincipal: boolean): DecisionAttributes {
  const attributes: DecisionAttributes = {
    'gatewarden.outcome': event.outcome,
    'gatewarden.decided_by': event.decidedBy,
    'gatewarden.entrance': event.entrance,
    'gatewarden.stage': event.stage,
    'gatewarden.request_id': event.requestId,
    'http.request.method': METHODS.includes(event.method) ? event.method : '_OTHER',
  }
  add(attributes, 'gatewarden.rule', event.rule)
  add(attributes, 'gatewarden.code', event.code)
  add(attributes, 'gatewarden.reason', event.reason)
  add(attributes, 'http.response.status_code', event.status)
  if (event.status === 503) add(attributes, 'error.type', event.code)
  if (tellsPrincipal && event.principal) addPrincipal(attributes, event.principal)
  return attributes
}

function addPrincipal(attributes: DecisionAttributes, principal: SafePrincipal): void {
  if (principal.kind === 'user') add(attributes, 'enduser.id', principal.subject)
  attributes['gatewarden.principal.kind'] = principal.kind
  attributes['gatewarden.principal.subject'] = principal.subject
  attributes['gatewarden.principal.method'] = principal.method
  add(attributes, 'gatewarden.principal.client_id', principal.clientId)
  add(attributes, 'gatewarden.principal.issuer', principal.issuer)
  add(attributes, 'gatewarden.principal.tenant_id', principal.tenantId)
  add(attributes, 'gatewarden.principal.credential_id', principal.credentialId)
}

function add(attributes: DecisionAttributes, name: string, value: string | number | undefined): void {
  if (value !== undefined) attributes[name] = value
}
