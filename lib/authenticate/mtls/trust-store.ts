import type { Certificate } from './certificate.ts'
import { clientProblem, type IssuerRules, isIssuerOf } from './path-rules.ts'

/** A client's certificate, and those that vouch for it up to one of the authorities. */
export interface CertificatePath {
  /** The client's first, the authority's last. */
  readonly certificates: readonly [Certificate, ...Certificate[]]
  /** Epoch seconds within which all of them are good. */
  readonly notBefore: number
  readonly notAfter: number
}

export interface Presented {
  readonly leaf: Certificate
  /** What came with it, in any order. */
  readonly others: readonly Certificate[]
  readonly isCheckedByTls: boolean
}

/** Enough for every honest path; forged ones cost no more signatures than this. */
const MAX_ATTEMPTS = 24
const MAX_REMEMBERED = 100

/** The authorities that clients' certificates are accepted from, and how to find a path to them. */
export class TrustStore {
  readonly #authorities: readonly Certificate[]
  readonly #intermediates: readonly Certificate[]
  readonly #maxIntermediates: number
  /** Intermediates that were found good: a resumed TLS session comes without them. */
  readonly #remembered = new Map<string, Certificate>()

  constructor(authorities: readonly Certificate[], intermediates: readonly Certificate[], maxIntermediates: number) {
    this.#authorities = authorities
    this.#intermediates = intermediates
    this.#maxIntermediates = maxIntermediates
  }

  /** A path that is good at that time, or a word for the log that says why there is none. */
  pathOf({ leaf, others, isCheckedByTls }: Presented, at: number): CertificatePath | string {
    if (at < leaf.notBefore) return 'certificate not yet valid'
    if (at > leaf.notAfter) return 'certificate expired'
    const isPinned = this.#authorities.some(({ fingerprint }) => fingerprint === leaf.fingerprint)
    const problem = clientProblem(leaf, isPinned)
    if (problem) return problem
    if (isPinned) return pathThrough([leaf])
    const candidates = [...others, ...this.#intermediates, ...this.#remembered.values()]
    const search: Search = { at, isCheckedByTls, candidates, attemptsLeft: MAX_ATTEMPTS }
    const found = this.#extend([leaf], search)
    if (!found) return 'no path to an authority'
    for (const certificate of found.slice(1, -1)) this.#remember(certificate)
    return pathThrough(found)
  }

  #extend(below: Below, search: Search): Below | undefined {
    const issuer = this.#authorities.find((authority) => isIssuer(below, authority, search))
    if (issuer) return [...below, issuer]
    if (below.length > this.#maxIntermediates) return undefined
    for (const candidate of search.candidates) {
      if (below.includes(candidate) || !isIssuer(below, candidate, search)) continue
      const found = this.#extend([...below, candidate], search)
      if (found) return found
    }
    return undefined
  }

  #remember(certificate: Certificate): void {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(certificate.fingerprint, certificate)
  }
}

type Below = readonly [Certificate, ...Certificate[]]

interface Search extends IssuerRules {
  readonly candidates: readonly Certificate[]
  attemptsLeft: number
}

/** Only what bears the issuer's name costs an attempt. */
function isIssuer(below: Below, issuer: Certificate, search: Search): boolean {
  if (below.at(-1)?.issuerKey !== issuer.subjectKey || search.attemptsLeft === 0) return false
  search.attemptsLeft--
  return isIssuerOf(below, issuer, search)
}

function pathThrough(certificates: Below): CertificatePath {
  return {
    certificates,
    notBefore: Math.max(...certificates.map(({ notBefore }) => notBefore)),
    notAfter: Math.min(...certificates.map(({ notAfter }) => notAfter)),
  }
}
