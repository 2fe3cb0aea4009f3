import type { IssuerOptions } from '../../lib/authenticate/jwt/issuer.ts'
import { accessTokenClaims } from './access-token.ts'
import { createSigningKey, type SigningKey } from './signing-key.ts'

/** One of several issuers, with all that belongs to it: none of it counts for another. */
export interface Tenant {
  readonly issuer: string
  readonly audience: string
  readonly tenantId: string
  readonly key: SigningKey
  readonly options: IssuerOptions
  /** A good token of it, changed as a test wants. */
  token(changes?: Readonly<Record<string, unknown>>): string
}

/** @param name a letter, such as `a` */
export function tenant(name: string, changes: Partial<IssuerOptions> = {}): Tenant {
  const issuer = `https://${name}.example.test`
  const audience = `https://api-${name}.example.test`
  const tenantId = `tenant-${name}`
  // All of them use one kid: a key is found by its issuer first.
  const key = createSigningKey('ES256', 'key-1')
  const options = { issuer, audience, algorithms: ['ES256'], keys: { keys: [key.jwk] }, ...changes } as const
  const own = { iss: issuer, aud: audience, tenant_id: tenantId }
  return {
    ...{ issuer, audience, tenantId, key, options },
    token: (other = {}) => key.sign(accessTokenClaims({ ...own, ...other })),
  }
}
