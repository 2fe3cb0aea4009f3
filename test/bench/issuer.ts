import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accessTokenClaims } from './access-tokens.ts'

export interface BenchIssuer {
  readonly url: string
  readonly jwksUri: string
  readonly introspectionEndpoint: string
  close(): void
}

/** Discovery, key set and introspection, for every server under test. Any token that it is asked about is active. */
export async function startIssuer(jwks: object): Promise<BenchIssuer> {
  const documentAt = (path: string | undefined) => {
    if (path === '/introspect') return { active: true, token_type: 'Bearer', ...accessTokenClaims(url) }
    return path === '/jwks' ? jwks : { issuer: url, jwks_uri: `${url}/jwks` }
  }
  const server = createServer(async (request, response) => {
    await readToEnd(request)
    response.setHeader('content-type', 'application/json').end(JSON.stringify(documentAt(request.url)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    jwksUri: `${url}/jwks`,
    introspectionEndpoint: `${url}/introspect`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function readToEnd(request: IncomingMessage): Promise<void> {
  request.resume()
  await once(request, 'end')
}
