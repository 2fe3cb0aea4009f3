import type { ProofGateway } from './proof-gateway.ts'
import { type RawRequestParts, sendRequestLines, statusOf } from './raw-tcp.ts'

export interface SentProof extends Partial<RawRequestParts> {
  readonly token?: string
  readonly scheme?: string
  /** Another gateway than the usual one. */
  readonly to?: ProofGateway
}

export interface SentProofs {
  /** The answer, as a whole, to a request with a token and these `DPoP` fields. */
  send(proofs: readonly string[], sent?: SentProof): Promise<string>
  /** Its status, and what the challenge says is wrong, as `401 invalid_token`. */
  answerTo(proofs: readonly string[], sent?: SentProof): Promise<string>
}

/** Sends proofs over the wire to a gateway, with that token unless a test says otherwise. */
export function sentProofs(gateway: ProofGateway, usual: string): SentProofs {
  const send: SentProofs['send'] = (proofs, sent = {}) => {
    const { token = usual, scheme = 'DPoP', to = gateway, headers = [], target = '/orders/42', ...rest } = sent
    const fields = [`Authorization: ${scheme} ${token}`, ...proofs.map((proof) => `DPoP: ${proof}`)]
    return sendRequestLines(to.port, { target, headers: ['Host: api.example.test', ...fields, ...headers], ...rest })
  }
  return {
    send,
    async answerTo(...request) {
      const answer = await send(...request)
      const [, error] = /error="([a-z_]+)"/.exec(answer) ?? []
      return error ? `${statusOf(answer)} ${error}` : `${statusOf(answer)}`
    },
  }
}
