import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { after } from 'node:test'
import { type Configuration, type JWK, Provider } from 'oidc-provider'
import {
  type ConfidentialClient,
  createClients,
  createGatewayClient,
  type GatewayClient,
} from '../../examples/demo/authorization-server/clients.ts'
import { authorizationServerConfiguration } from '../../examples/demo/authorization-server/configuration.ts'
import { interact } from '../../examples/demo/authorization-server/interaction.ts'
import { createSigningKeys } from '../../examples/demo/authorization-server/signing-keys.ts'
import { inMemoryStorage } from '../../examples/demo/authorization-server/storage.ts'
import { AUDIENCE } from './access-token.ts'
import { unusedPort } from './free-port.ts'

/** A real authorization server (oidc-provider) that a test starts, stops and lets change its keys. */
export interface TestAuthorizationServer {
  readonly issuer: string
  /** Gets RS256 tokens. */
  readonly reader: ConfidentialClient
  /** Gets ES256 tokens. */
  readonly writer: ConfidentialClient
  /** Gets opaque tokens, for another audience. */
  readonly opaque: ConfidentialClient
  /** The client that may ask about any token: RFC 7662. */
  readonly gateway: GatewayClient
  /** The paths asked for since the last call. */
  takeRequests(): readonly string[]
  start(): Promise<void>
  stop(): Promise<void>
  /** Signs with new keys from now on; the old ones are still published if `keepOld`. */
  rotate(keepOld: boolean): Promise<void>
}

export interface TestAuthorizationServerOptions {
  /** Changes what it is made of, such as its clients. */
  readonly configure?: (configuration: Configuration) => Configuration
  /** Serves over TLS, with these settings. */
  readonly tls?: ServerOptions
  /** The resource that its tokens are for. */
  readonly audience?: string
}

let generations = 0

export async function testAuthorizationServer({
  configure = (configuration) => configuration,
  tls,
  audience = AUDIENCE,
}: TestAuthorizationServerOptions = {}): Promise<TestAuthorizationServer> {
  const port = await unusedPort()
  const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`
  const clients = createClients()
  const gateway = createGatewayClient()
  let requests: string[] = []
  let published: JWK[] = []
  let respond: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(request.url ?? '')
    respond(request, response).catch(() => response.destroy())
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  const adapter = inMemoryStorage()

  async function rotate(keepOld: boolean): Promise<void> {
    const generation = generations++
    const fresh = (await createSigningKeys()).map((key) => ({ ...key, kid: `${key.kid}-${generation}` }))
    published = keepOld ? [...fresh, ...published] : fresh
    const configuration = authorizationServerConfiguration({
      audience,
      clients,
      gateway,
      signingKeys: published,
    })
    // What has been issued outlives the keys.
    const provider = new Provider(issuer, configure({ ...configuration, adapter }))
    const answer = provider.callback()
    respond = (request, response) =>
      request.url?.startsWith('/interaction/') ? interact(provider, request, response) : answer(request, response)
  }

  async function stop(): Promise<void> {
    if (!server.listening) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  await rotate(false)
  after(stop)
  return {
    issuer,
    ...clients,
    gateway,
    rotate,
    stop,
    start: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    takeRequests() {
      const taken = requests
      requests = []
      return taken
    },
  }
}
