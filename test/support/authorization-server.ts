import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { after } from 'node:test'
import { type JWK, Provider } from 'oidc-provider'
import {
  type ConfidentialClient,
  createClients,
  createGatewayClient,
  type GatewayClient,
} from '../../examples/demo/authorization-server/clients.ts'
import { authorizationServerConfiguration } from '../../examples/demo/authorization-server/configuration.ts'
import { createSigningKeys } from '../../examples/demo/authorization-server/signing-keys.ts'
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

let generations = 0

export async function testAuthorizationServer(): Promise<TestAuthorizationServer> {
  const port = await unusedPort()
  const issuer = `http://127.0.0.1:${port}`
  const clients = createClients()
  const gateway = createGatewayClient()
  let requests: string[] = []
  let published: JWK[] = []
  let respond: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    respond(request, response).catch(() => response.destroy())
  })

  async function rotate(keepOld: boolean): Promise<void> {
    const generation = generations++
    const fresh = (await createSigningKeys()).map((key) => ({ ...key, kid: `${key.kid}-${generation}` }))
    published = keepOld ? [...fresh, ...published] : fresh
    const configuration = authorizationServerConfiguration({
      audience: AUDIENCE,
      clients,
      gateway,
      signingKeys: published,
    })
    respond = new Provider(issuer, configuration).callback()
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
