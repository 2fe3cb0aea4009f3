import { type Awaitable, type Clock, isLater } from '../../effects.ts'
import type { RequestView } from '../../request-view.ts'
import type { JwsAlgorithm } from '../jwt/algorithms.ts'
import type { Claims } from '../jwt/claims.ts'
import { COMPACT_JWS, headerOf, parseObject } from '../jwt/compact-jws.ts'
import { verifiedPayload } from '../jwt/signature.ts'
import { type ProofClaims, type ProofRules, readProofClaims } from './proof-claims.ts'
import { ProofKeys, readProofKey } from './proof-key.ts'

export interface ProofReaderOptions extends ProofRules {
  readonly algorithms: ReadonlySet<JwsAlgorithm>
  readonly now: Clock
}

/** Room for an RSA key of 8,192 bits and its signature. */
const MAX_PROOF_LENGTH = 4_096

/** Reads the proof of a request: RFC 9449 §4.3, but for the nonce and whether it was used before. */
export class ProofReader {
  readonly #options: ProofReaderOptions
  readonly #keys = new ProofKeys()

  constructor(options: ProofReaderOptions) {
    this.#options = options
  }

  /** @returns a word for the log when the proof is to be refused */
  read(request: RequestView, token: string, keyThumbprint: string): Awaitable<ProofClaims | string> {
    const proof = request.credential('dpop')
    if (proof === undefined) return 'none'
    // Two proofs in one field are no compact JWS; two fields have been refused before.
    if (proof.length > MAX_PROOF_LENGTH || !COMPACT_JWS.test(proof)) return 'no compact JWS'
    const fields = parseObject(proof.slice(0, proof.indexOf('.')))
    const header = headerOf(fields)
    if (typeof header === 'string') return header
    if (header.type !== 'dpop+jwt') return 'typ'
    if (!this.#options.algorithms.has(header.algorithm)) return 'algorithm'
    const proofKey = readProofKey(fields?.jwk, header.algorithm)
    if (typeof proofKey === 'string') return proofKey
    // A thumbprint is no secret. Keys that the token does not name are not even looked at.
    if (proofKey.thumbprint !== keyThumbprint) return 'not the key of the token'
    const key = this.#keys.find(proofKey, header.algorithm)
    if (!key) return 'key'
    const claims = verifiedPayload(proof, header.algorithm, key)
    return isLater(claims)
      ? Promise.resolve(claims).then((later) => this.#judge(later, request, token))
      : this.#judge(claims, request, token)
  }

  #judge(claims: Claims | undefined, request: RequestView, token: string): ProofClaims | string {
    if (!claims) return 'signature'
    return readProofClaims(claims, request, token, this.#options, this.#options.now())
  }
}
