import { generateKeyPair, generateProof, type JWSAlgorithm } from 'dpop'

/** A client that has a key of its own, and shows it with every request: the `dpop` package does the proofs. */
export interface DpopClient {
  /** A token that is bound to the client's key, by the client credentials grant. */
  token(issuer: string, client: Credentials): Promise<BoundToken>
  /** The answer to a request with the token. Nonces that a server asks for are taken up, once each time. */
  get(url: string, token: string): Promise<Response>
  /** A proof for a request with the token. */
  proof(url: string, token: string, nonce?: string): Promise<string>
}

interface Credentials {
  readonly client_id: string
  readonly client_secret: string
  readonly scope: string
}

export interface BoundToken {
  readonly access_token: string
  readonly token_type: string
}

export async function dpopClient(algorithm: JWSAlgorithm): Promise<DpopClient> {
  const keys = await generateKeyPair(algorithm)
  let nonce: string | undefined

  const proof: DpopClient['proof'] = (url, token, given) => generateProof(keys, url, 'GET', given, token)

  async function ask(url: string, token: string): Promise<Response> {
    const headers = { authorization: `DPoP ${token}`, dpop: await proof(url, token, nonce) }
    const response = await fetch(url, { headers })
    nonce = response.headers.get('dpop-nonce') ?? nonce
    return response
  }

  return {
    proof,
    async token(issuer, { client_id, client_secret, scope }) {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}`,
          dpop: await generateProof(keys, `${issuer}/token`, 'POST'),
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
      })
      if (response.status !== 200) throw new Error(`no token: ${await response.text()}`)
      return (await response.json()) as BoundToken
    },
    async get(url, token) {
      const response = await ask(url, token)
      const isAsked = response.headers.get('www-authenticate')?.includes('error="use_dpop_nonce"') ?? false
      return response.status === 401 && isAsked ? ask(url, token) : response
    },
  }
}
