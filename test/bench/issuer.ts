import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface BenchIssuer {
  readonly url: string
  readonly jwksUri: string
  close(): void
}

/** Discovery and key set, for every server under test. */
export async function startIssuer(jwks: object): Promise<BenchIssuer> {
  const server = createServer((request, response) => {
    const document = request.url === '/jwks' ? jwks : { issuer: url, jwks_uri: `${url}/jwks` }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    jwksUri: `${url}/jwks`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
