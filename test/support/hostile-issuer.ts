import type { RequestListener } from 'node:http'
import { serve } from './serve.ts'

/** A real issuer over HTTP that a test can make answer anything. It publishes good keys until then. */
export interface HostileIssuer {
  readonly issuer: string
  readonly jwksUri: string
  /** From now on the key set is asked for in vain, or not; `undefined`: it answers well again. */
  setFault(fault: RequestListener | undefined): void
  publish(keys: readonly object[]): void
  /** How often the key set was asked for. */
  fetches(): number
}

export async function hostileIssuer(keys: readonly object[]): Promise<HostileIssuer> {
  let published = keys
  let fault: RequestListener | undefined
  let fetches = 0
  let issuer = ''
  const port = await serve((request, response) => {
    if (request.url === '/jwks') {
      fetches++
      if (fault) fault(request, response)
      else response.end(JSON.stringify({ keys: published }))
    } else if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }))
    } else response.writeHead(404).end()
  })
  issuer = `http://127.0.0.1:${port}`
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    setFault: (next) => {
      fault = next
    },
    publish: (next) => {
      published = next
    },
    fetches: () => fetches,
  }
}
