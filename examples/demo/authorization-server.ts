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
  /** Gives tokens for the API to clients that know it by its URL (RFC 8707), as those of MCP do. */
  serveResource(url: string): void
  close(): Promise<void>
}

/** A real authorization server (oidc-provider), with demo clients and users. */
export async function startAuthorizationServer(audience: string): Promise<AuthorizationServer> {
  const signingKeys = await createSigningKeys()
  const clients = createClients()
  const gateway = createGatewayClient()
  const resources = new Set([audience])
  const server = createServer()
  // An issuer is named by its URL, so the port comes first.
  const issuer = await listenOnLoopback(server)
  const provider = new Provider(
    issuer,
    authorizationServerConfiguration({ audience, resources, clients, gateway, signingKeys }),
  )
  const respond = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answer = request.url?.startsWith('/interaction/')
      ? interact(provider, request, response)
      : respond(request, response)
    answer.catch(() => response.destroy())
  })
  const serveResource = (url: string) => void resources.add(url)
  return { issuer, clients, gateway, serveResource, close: () => stopListening(server) }
}
