import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import type { Clock } from '../../effects.ts'
import { assertKnownKeys, assertOneOf, assertString, invalidOption } from '../../options.ts'
import { algorithmsOf } from '../jwt/algorithms.ts'

/**
 * How the gateway shows the authorization server who it is: RFC 6749 §2.3.1 (`basic`, `post`), RFC 7523 §2.2
 * (`private_key_jwt`). For `tls` (RFC 8705 §2) the connection shows it: give a `fetch` that has the certificate.
 */
export type ClientAuthentication =
  | { readonly method: 'basic' | 'post'; readonly clientId: string; readonly clientSecret: string }
  | { readonly method: 'tls'; readonly clientId: string }
  | {
      readonly method: 'private_key_jwt'
      readonly clientId: string
      /** PEM or a private `KeyObject`. */
      readonly privateKey: string | KeyObject
      readonly algorithm: 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'ES512'
      readonly keyId: string
    }

/** What a request to the authorization server carries to authenticate us. */
export interface ClientCredentials {
  readonly headers: Readonly<Record<string, string>>
  readonly form: Readonly<Record<string, string>>
}

const OPTIONS: Readonly<Record<ClientAuthentication['method'], readonly string[]>> = {
  basic: ['method', 'clientId', 'clientSecret'],
  post: ['method', 'clientId', 'clientSecret'],
  private_key_jwt: ['method', 'clientId', 'privateKey', 'algorithm', 'keyId'],
  tls: ['method', 'clientId'],
}
const ASSERTION_ALGORITHMS: readonly string[] = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512']
const ASSERTION_LIFETIME_SECONDS = 60

/**
 * @param audience whom an assertion is for: the issuer (RFC 7523bis), so that it is good nowhere else
 * @throws TypeError when the client's settings are wrong
 */
export function clientAuthentication(
  factory: string,
  client: ClientAuthentication,
  audience: string,
  now: Clock,
): () => ClientCredentials {
  const name = `${factory}.client`
  assertKnownKeys(name, client, Object.values(OPTIONS).flat())
  assertOneOf(name, 'method', client.method, Object.keys(OPTIONS))
  assertKnownKeys(`${name} (${client.method})`, client, OPTIONS[client.method])
  assertString(name, 'clientId', client.clientId)
  const { clientId } = client
  switch (client.method) {
    case 'basic': {
      assertString(name, 'clientSecret', client.clientSecret)
      const pair = `${formEncode(clientId)}:${formEncode(client.clientSecret)}`
      const headers = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
      return () => ({ headers, form: {} })
    }
    case 'post': {
      assertString(name, 'clientSecret', client.clientSecret)
      const form = { client_id: clientId, client_secret: client.clientSecret }
      return () => ({ headers: {}, form })
    }
    case 'tls':
      return () => ({ headers: {}, form: { client_id: clientId } })
    default: {
      const sign = assertionSigner(name, client, audience, now)
      return () => ({ headers: {}, form: { client_id: clientId, ...sign() } })
    }
  }
}

type PrivateKeyClient = Extract<ClientAuthentication, { method: 'private_key_jwt' }>

function assertionSigner(name: string, client: PrivateKeyClient, audience: string, now: Clock) {
  const { clientId, algorithm, keyId } = client
  assertString(name, 'keyId', keyId)
  assertOneOf(name, 'algorithm', algorithm, ASSERTION_ALGORITHMS)
  const key = privateKeyOf(name, client.privateKey)
  if (!algorithmsOf(key).includes(algorithm))
    throw invalidOption(name, '"algorithm" is none that "privateKey" can sign with')
  return () => {
    const issuedAt = Math.floor(now())
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: audience,
      jti: randomUUID(),
      iat: issuedAt,
      exp: issuedAt + ASSERTION_LIFETIME_SECONDS,
    }
    return {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: jsonwebtoken.sign(claims, key, { algorithm, keyid: keyId }),
    }
  }
}

function privateKeyOf(name: string, privateKey: string | KeyObject): KeyObject {
  try {
    const key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey
    if (key.type === 'private') return key
  } catch {
    // Told below, without a word of the key.
  }
  throw invalidOption(name, '"privateKey" must be a private key, as PEM or KeyObject')
}

/** RFC 6749 appendix B: the parts are form-encoded before they are joined. */
function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
