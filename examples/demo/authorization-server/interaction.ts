import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors, type Provider } from 'oidc-provider'
import { readBody } from '../read-body.ts'
import { accountNamed } from './accounts.ts'
import { sendExpiredPage, sendLoginPage } from './login-page.ts'
import { MFA } from './token-claims.ts'

const FORM_LIMIT_BYTES = 4_096

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** What oidc-provider leaves to its host: asking people who they are, and what they allow. */
export async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const interaction = await provider.interactionDetails(request, response)
    if (interaction.prompt.name === 'consent') return await consent(provider, interaction, request, response)
    if (request.method !== 'POST') return sendLoginPage(response)
    await logIn(provider, interaction, request, response)
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error
    sendExpiredPage(response)
  }
}

/** Choosing a name is signing in, and asking for a second factor is having shown it: the demo has no passwords either. */
async function logIn(
  provider: Provider,
  { params }: Interaction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await readBody(request, FORM_LIMIT_BYTES))
  const account = accountNamed(form.get('account'))
  if (!account) return sendLoginPage(response, 'There is no such user.')
  const asked = String(params.acr_values ?? '').split(' ')
  const login = { accountId: account.username, ...(asked.includes(MFA) && { acr: MFA }) }
  await provider.interactionFinished(request, response, { login })
}

/** The application is the demo's own, so nobody is asked: a user's grant is what the account may do, and no more. */
async function consent(
  provider: Provider,
  { params, prompt, session }: Interaction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const account = accountNamed(session?.accountId)
  if (!account) throw new errors.SessionNotFound('nobody is signed in')
  const grant = new provider.Grant({ accountId: account.username, clientId: String(params.client_id) })
  const missing = prompt.details as {
    readonly missingOIDCScope?: readonly string[]
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
  }
  if (missing.missingOIDCScope) grant.addOIDCScope(missing.missingOIDCScope.join(' '))
  for (const [resource, requested] of Object.entries(missing.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, requested.filter((scope) => account.scopes.includes(scope)).join(' '))
    grant.rejectResourceScope(resource, requested.filter((scope) => !account.scopes.includes(scope)).join(' '))
  }
  const grantId = await grant.save()
  await provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true })
}
