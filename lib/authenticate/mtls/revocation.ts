import { type Awaitable, isLater } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import type { Certificate } from './certificate.ts'
import type { ListStatus } from './revocation-lists.ts'
import type { CertificatePath } from './trust-store.ts'

/** What a responder says; `unasked` when there is nobody to ask, or nobody who must be. */
export type ResponderStatus = 'good' | 'revoked' | 'unknown' | 'unasked'

/** Something that knows which certificates have been revoked. */
export interface StatusSource<Status> {
  statusOf(certificate: Certificate, issuer: Certificate): Awaitable<Status>
}

/**
 * Whether a certificate of a path has been revoked, by lists and responders. Both must be content, where both speak.
 * With lists, somebody must have spoken of each certificate: one that no list covers is 503, unless its responder did.
 */
export class Revocation {
  readonly #lists: StatusSource<ListStatus> | undefined
  readonly #responders: StatusSource<ResponderStatus> | undefined

  constructor(lists: StatusSource<ListStatus> | undefined, responders: StatusSource<ResponderStatus> | undefined) {
    this.#lists = lists
    this.#responders = responders
  }

  /**
   * @returns a word for the log when one has been revoked
   * @throws DependencyError (or rejects) when it cannot be known
   */
  problemOf({ certificates }: CertificatePath): Awaitable<string | undefined> {
    return this.#problemFrom(certificates, 0)
  }

  #problemFrom(certificates: readonly Certificate[], start: number): Awaitable<string | undefined> {
    for (let index = start; index + 1 < certificates.length; index++) {
      const [certificate, issuer] = certificates.slice(index, index + 2) as [Certificate, Certificate]
      const problem = this.#problem(certificate, issuer)
      if (isLater(problem)) {
        return Promise.resolve(problem).then((found) => found ?? this.#problemFrom(certificates, index + 1))
      }
      if (problem) return problem
    }
    return undefined
  }

  #problem(certificate: Certificate, issuer: Certificate): Awaitable<string | undefined> {
    const listed = this.#lists?.statusOf(certificate, issuer) ?? 'unasked'
    return isLater(listed)
      ? Promise.resolve(listed).then((status) => this.#ask(certificate, issuer, status))
      : this.#ask(certificate, issuer, listed)
  }

  #ask(certificate: Certificate, issuer: Certificate, listed: ListStatus | 'unasked'): Awaitable<string | undefined> {
    if (listed === 'revoked') return 'certificate revoked'
    const answer = this.#responders?.statusOf(certificate, issuer) ?? 'unasked'
    return isLater(answer) ? Promise.resolve(answer).then((status) => verdict(status, listed)) : verdict(answer, listed)
  }
}

function verdict(answer: ResponderStatus, listed: ListStatus | 'unasked'): string | undefined {
  if (answer === 'revoked') return 'certificate revoked'
  if (answer === 'unknown') return 'certificate unknown to its responder'
  if (answer === 'unasked' && listed === 'unlisted') {
    throw new DependencyError('revocation list', 'there is none of an authority of the certificate')
  }
  return undefined
}
