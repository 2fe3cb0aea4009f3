import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Provider } from 'oidc-provider'
import {
  createClients,
  createGatewayClient,
  type DemoClients,
  type GatewayClient,
} from './authorization-server/clients.ts'
import { authorizationServerConfiguration } from './authorization-server/configuration.ts'
import { interact } from './authorization-server/interaction.ts'
import { createSigningKeys } from './authorization-server/signing-keys.ts'
import { listenOnLoopback, stopListening } from './listen.ts'

export interface AuthorizationServer {
  readonly issuer: string
  readonly clients: DemoClients
  readonly gateway: GatewayClient
  close(): Promise<void>
}

/** A real authorization server (oidc-provider), with demo clients and users. */
export async function startAuthorizationServer(audience: string): Promise<AuthorizationServer> {
  const signingKeys = await createSigningKeys()
  const clients = createClients()
  const gateway = createGatewayClient()
  const server = createServer()
  // An issuer is named by its URL, so the port comes first.
  const issuer = await listenOnLoopback(server)
  const provider = new Provider(issuer, authorizationServerConfiguration({ audience, clients, gateway, signingKeys }))
  const respond = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answer = request.url?.startsWith('/interaction/')
      ? interact(provider, request, response)
      : respond(request, response)
    answer.catch(() => response.destroy())
  })
  return { issuer, clients, gateway, close: () => stopListening(server) }
}
