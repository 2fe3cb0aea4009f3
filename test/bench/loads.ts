import { randomBytes } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import {
  createTokenSigner,
  keyPair,
  POOL_SIZE,
  type SigningAlgorithm,
  signPool,
  type TokenSigner,
} from './access-tokens.ts'
import type { CredentialHeaders, LoadQuestion } from './load.ts'

/** What the requests of a load present. */
export type Load =
  | 'repeated JWT'
  | 'JWTs by turns'
  | 'distinct JWTs'
  | 'distinct ES256 JWTs'
  | 'distinct EdDSA JWTs'
  | 'repeated opaque token'
  | 'opaque tokens by turns'
  | 'distinct opaque tokens'
  | 'DPoP'
  | 'API key'

/** More than one on each connection, and few enough that the warm-up presents them all. */
export const TURNS = 256

export interface LoadContext {
  readonly issuer: string
  readonly signers: Signers
  readonly apiKey: string
}

export type Signers = Readonly<Record<SigningAlgorithm, TokenSigner>>

export function createSigners(): Signers {
  return { RS256: createTokenSigner('RS256'), ES256: createTokenSigner('ES256'), EdDSA: createTokenSigner('EdDSA') }
}

/** What the process that makes the load needs to know for it. */
export async function prepareLoad(load: Load, context: LoadContext): Promise<LoadQuestion> {
  if (load === 'API key') return { use: load, credentials: [{ 'X-API-Key': context.apiKey }] }
  if (load === 'DPoP') return { use: load, proofs: await proofHolder(context) }
  const tokens = await signPool(sizeOf(load), tokenMaker(load, context))
  return { use: load, credentials: tokens.map(bearer) }
}

function sizeOf(load: Load): number {
  if (load.startsWith('repeated')) return 1
  return load.endsWith('by turns') ? TURNS : POOL_SIZE
}

function tokenMaker(load: Load, { issuer, signers }: LoadContext): () => Promise<string> {
  if (load.includes('opaque')) return async () => randomBytes(32).toString('base64url')
  if (load.includes('ES256')) return () => signers.ES256.sign(issuer)
  return load.includes('EdDSA') ? () => signers.EdDSA.sign(issuer) : () => signers.RS256.sign(issuer)
}

function bearer(token: string): CredentialHeaders {
  return { Authorization: `Bearer ${token}` }
}

async function proofHolder({ issuer, signers }: LoadContext) {
  const pair = keyPair('ES256')
  const publicKey = pair.publicKey.export({ format: 'jwk' })
  const jkt = await calculateJwkThumbprint(publicKey)
  const token = await signers.RS256.sign(issuer, { cnf: { jkt } })
  return { token, privateKey: pair.privateKey.export({ format: 'jwk' }), publicKey }
}
