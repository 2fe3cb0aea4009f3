import { createServer } from 'node:http'
import { type Configuration, Provider } from 'oidc-provider'
import {
  createClients,
  createGatewayClient,
  SIGN_IN_CLIENT_ID,
} from '../../examples/demo/authorization-server/clients.ts'
import { authorizationServerConfiguration } from '../../examples/demo/authorization-server/configuration.ts'
import { interact } from '../../examples/demo/authorization-server/interaction.ts'
import { createSigningKeys } from '../../examples/demo/authorization-server/signing-keys.ts'
import { CookieJar } from '../../examples/demo/cookie-jar.ts'
import { signIn } from '../../examples/demo/sign-in.ts'
import { AUDIENCE } from './access-token.ts'
import { serve } from './serve.ts'

/** Somebody who is logged in, with a browser. */
export interface LoggedIn {
  readonly accessToken: string
  /** Logs out at the provider, as a person does; which tells the clients of the session. */
  logOut(): Promise<void>
}

/** A real OpenID provider (oidc-provider) that tells its client when people log out. */
export interface LoggingOutProvider {
  readonly issuer: string
  readonly clientId: string
  logIn(username: string): Promise<LoggedIn>
  /** How the telling went: `told`, or what was answered. */
  takeOutcomes(): readonly string[]
}

export async function loggingOutProvider(
  logoutUri: string,
  options: { readonly withSid: boolean },
): Promise<LoggingOutProvider> {
  const server = createServer()
  const issuer = `http://127.0.0.1:${await serve(server)}`
  const signingKeys = await createSigningKeys()
  const demo = { audience: AUDIENCE, clients: createClients(), gateway: createGatewayClient(), signingKeys }
  const configuration = authorizationServerConfiguration(demo)
  const provider = new Provider(issuer, {
    ...configuration,
    fetch: callClient,
    clients: (configuration.clients ?? []).map((client) =>
      client.client_id === SIGN_IN_CLIENT_ID
        ? { ...client, backchannel_logout_uri: logoutUri, backchannel_logout_session_required: options.withSid }
        : client,
    ),
    features: {
      ...configuration.features,
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(context, form) {
          context.body = form
        },
        postLogoutSuccessSource(context) {
          context.body = 'bye'
        },
      },
    },
  })
  let outcomes: string[] = []
  provider.on('backchannel.success', () => void outcomes.push('told'))
  provider.on('backchannel.error', (_context, error) => void outcomes.push(error.message))
  const respond = provider.callback()
  server.on('request', (request, response) => {
    const isInteraction = request.url?.startsWith('/interaction/')
    const answer = isInteraction ? interact(provider, request, response) : respond(request, response)
    answer.catch(() => response.destroy())
  })
  return {
    issuer,
    clientId: SIGN_IN_CLIENT_ID,
    async logIn(username) {
      const cookies = new CookieJar()
      const accessToken = await signIn({ issuer, audience: AUDIENCE, username, cookies })
      return { accessToken, logOut: () => logOut(issuer, cookies) }
    },
    takeOutcomes() {
      const taken = outcomes
      outcomes = []
      return taken
    },
  }
}

/** Without the dispatcher that comes with it, which connects to no loopback address. */
const callClient: Configuration['fetch'] = (url, init = {}) => {
  const { dispatcher: _, ...rest } = init as RequestInit & { readonly dispatcher?: unknown }
  return fetch(url, rest)
}

/** OpenID Connect RP-Initiated Logout 1.0: the page asks, and the person says yes. */
async function logOut(issuer: string, cookies: CookieJar): Promise<void> {
  const url = new URL(`${issuer}/session/end`)
  const page = await fetch(url, { headers: { cookie: cookies.headerFor(url) } })
  cookies.store(url, page.headers.getSetCookie())
  const xsrf = /name="xsrf" value="(\w+)"/.exec(await page.text())?.[1]
  if (xsrf === undefined) throw new Error(`the provider does not ask about the logout (${page.status})`)
  const confirm = new URL(`${issuer}/session/end/confirm`)
  const body = new URLSearchParams({ xsrf, logout: 'yes' })
  const done = await fetch(confirm, {
    method: 'POST',
    body,
    headers: { cookie: cookies.headerFor(confirm) },
    redirect: 'manual',
  })
  if (done.status >= 400) throw new Error(`the provider refuses the logout (${done.status})`)
}
