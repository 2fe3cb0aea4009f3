import { type Awaitable, isLater } from '../../effects.ts'
import { AuthError } from '../../errors.ts'
import { type Authentication, authenticated, rejected, rejectedWith } from '../authenticator.ts'
import {
  type ClientFinder,
  type MtlsClient,
  principalOfClient,
  type VerifiedCertificate,
  verifiedCertificate,
} from './clients.ts'
import type { IdentityReader } from './identity.ts'
import type { CertificatePath } from './trust-store.ts'

interface Known {
  readonly seen: VerifiedCertificate
  /** What a table says, which is always the same. */
  answer: Authentication | undefined
}

/** Whom verified certificates stand for. What a table says of one is worked out once, not with each request. */
export class ClientAnswers {
  readonly #identity: IdentityReader
  readonly #clients: ClientFinder
  readonly #known = new WeakMap<CertificatePath, Known>()

  constructor({ identity, clients }: { readonly identity: IdentityReader; readonly clients: ClientFinder }) {
    this.#identity = identity
    this.#clients = clients
  }

  of(path: CertificatePath): Awaitable<Authentication> {
    let known = this.#known.get(path)
    if (!known) {
      known = { seen: verifiedCertificate(path, this.#identity), answer: undefined }
      this.#known.set(path, known)
    }
    if (known.answer) return known.answer
    const { seen } = known
    if (seen.names.length === 0) return rejected('no name of the kind asked for')
    const client = this.#clients.find(seen)
    if (isLater(client)) return Promise.resolve(client).then((found) => answerFor(found, path, seen))
    const answer = answerFor(client, path, seen)
    if (this.#clients.isTable) known.answer = answer
    return answer
  }
}

function answerFor(client: MtlsClient | undefined, path: CertificatePath, seen: VerifiedCertificate): Authentication {
  if (client === undefined || client === null) return rejected('unknown client')
  const principal = principalOfClient(client, path, seen)
  return principal instanceof AuthError ? rejectedWith(principal) : authenticated(principal)
}
