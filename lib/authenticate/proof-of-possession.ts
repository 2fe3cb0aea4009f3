import type { Awaitable } from '../effects.ts'
import type { AuthError } from '../errors.ts'
import { isJsonObject } from '../json-object.ts'
import type { RequestView } from '../request-view.ts'
import type { ReplayStore } from '../store/replay-store.ts'

/** Whether tokens that are bound to a key of their holder are taken: RFC 7800. */
export type ProofOfPossession = 'accepted' | 'required' | 'refused'

export const PROOFS_OF_POSSESSION: readonly ProofOfPossession[] = ['accepted', 'required', 'refused']

/** What a token is bound to: the thumbprint of a DPoP key (RFC 9449 §6.1), of a certificate (RFC 8705 §3.1), or both. */
export interface Confirmation {
  readonly keyThumbprint: string | undefined
  readonly certificateThumbprint: string | undefined
}

/** SHA-256 in base64url. */
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/
const METHODS: readonly string[] = ['jkt', 'x5t#S256']

/**
 * What a `cnf` claim says; `undefined` when it says what we cannot check. A token without the claim is bound to nothing.
 */
export function readConfirmation(cnf: unknown): Confirmation | undefined {
  if (cnf === undefined) return { keyThumbprint: undefined, certificateThumbprint: undefined }
  if (!isJsonObject(cnf)) return undefined
  const names = Object.keys(cnf)
  if (names.length === 0 || !names.every((name) => METHODS.includes(name))) return undefined
  const { jkt, 'x5t#S256': x5t } = cnf
  if (!isThumbprintOrAbsent(jkt) || !isThumbprintOrAbsent(x5t)) return undefined
  return { keyThumbprint: jkt, certificateThumbprint: x5t }
}

function isThumbprintOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && THUMBPRINT.test(value))
}

/** Why a token's binding is not what its issuer's rules ask for; a word for the log. The proof itself comes later. */
export function possessionProblem(cnf: unknown, proof: ProofOfPossession): string | undefined {
  if (cnf === undefined) return proof === 'required' ? 'token not bound' : undefined
  if (proof === 'refused') return 'bound token'
  return readConfirmation(cnf) ? undefined : 'confirmation method'
}

/** Judges the proof that a request carries for a token that is bound to a key. Made by `dpopVerifier()`. */
export interface ProofVerifier {
  /** The algorithms that proofs may be signed with, for the challenge (RFC 9449 §7.1). */
  readonly algorithms: readonly string[]
  /** @returns the error to refuse the request with; `undefined` when the proof is good */
  verify(request: RequestView, token: string, keyThumbprint: string): Awaitable<AuthError | undefined>
  /** The same, claiming proofs in another store; for a rehearsal, which claims none. Absent: it claims nothing. */
  claimingFrom?(replayStore: ReplayStore): ProofVerifier
}
