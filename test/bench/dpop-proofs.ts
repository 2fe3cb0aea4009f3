import { createPublicKey, hash, verify } from 'node:crypto'
import { parseArgs } from 'node:util'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'
import { dpopVerifier } from '../../lib/authenticate/dpop.ts'
import { dpopProof, ORIGIN, provenRequest, thumbprintOf } from '../support/dpop-proof.ts'
import { createSigningKey } from '../support/signing-key.ts'
import { median } from './median.ts'

const USAGE = `Usage: node --conditions=source test/bench/dpop-proofs.ts [--rounds N] [--batch N]

What does one DPoP proof cost? For ES256 and EdDSA, by turns, N rounds (default 30) of a batch of N new proofs (default 500):
the signature alone by node:crypto with a prepared key; dpopVerifier with its replay store in memory; jose's jwtVerify with
EmbeddedJWK; the same with the thumbprint and the hash of the token, which is still less than RFC 9449 asks for. Medians in
microseconds: the time that passes, and the processor's, of all threads. jose verifies on other threads.
`
const TOKEN = 'x'.repeat(900)

interface Way {
  readonly name: string
  run(proof: string): unknown
}

interface Cost {
  readonly elapsed: number[]
  readonly processor: number[]
}

function waysFor(algorithm: 'ES256' | 'EdDSA'): { readonly ways: readonly Way[]; prove(): string } {
  const key = createSigningKey(algorithm)
  const jkt = thumbprintOf(key)
  const ath = hash('sha256', TOKEN, 'base64url')
  const publicKey = { key: createPublicKey(key.privateKey), dsaEncoding: 'ieee-p1363' } as const
  const digest = algorithm === 'ES256' ? 'sha256' : null
  const verifier = dpopVerifier({ origins: [ORIGIN] })
  const read = (proof: string) =>
    jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: [algorithm], maxTokenAge: '60s' })
  return {
    prove: () => dpopProof(key, { token: TOKEN, claims: { iat: Math.floor(Date.now() / 1_000) } }),
    ways: [
      {
        name: 'signature alone',
        run(proof) {
          const end = proof.lastIndexOf('.')
          const signature = Buffer.from(proof.slice(end + 1), 'base64url')
          must(verify(digest, Buffer.from(proof.slice(0, end)), publicKey, signature))
        },
      },
      { name: 'dpopVerifier', run: (proof) => must(verifier.verify(provenRequest(proof), TOKEN, jkt) === undefined) },
      { name: 'jose, EmbeddedJWK', run: read },
      {
        name: 'jose, and thumbprint, ath',
        async run(proof) {
          const { payload, protectedHeader } = await read(proof)
          const { jwk } = protectedHeader
          must(jwk !== undefined && (await calculateJwkThumbprint(jwk)) === jkt && payload.ath === ath)
        },
      },
    ],
  }
}

function must(isGood: boolean): void {
  if (!isGood) throw new Error('a good proof was refused')
}

async function measure({ run }: Way, proofs: readonly string[], cost: Cost): Promise<void> {
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  for (const proof of proofs) {
    const done = run(proof)
    if (done instanceof Promise) await done
  }
  cost.elapsed.push(((performance.now() - startedAt) * 1_000) / proofs.length)
  const { user, system } = process.cpuUsage(cpu)
  cost.processor.push((user + system) / proofs.length)
}

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, batch: { type: 'string' }, help: { type: 'boolean' } },
})
if (values.help) process.stdout.write(USAGE)
else {
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    const { ways, prove } = waysFor(algorithm)
    const costs = ways.map((): Cost => ({ elapsed: [], processor: [] }))
    for (let round = -2; round < Number(values.rounds ?? 30); round++) {
      const proofs = Array.from({ length: Number(values.batch ?? 500) }, prove)
      for (const [index, way] of ways.entries()) {
        await measure(way, proofs, round < 0 ? { elapsed: [], processor: [] } : (costs[index] as Cost))
      }
    }
    for (const [index, { name }] of ways.entries()) {
      const { elapsed = [], processor = [] } = costs[index] ?? {}
      const [time, cpu] = [median(elapsed).toFixed(1), median(processor).toFixed(1)]
      process.stdout.write(
        `${algorithm} ${name.padEnd(28)} ${time.padStart(7)} us ${cpu.padStart(7)} us of processor\n`,
      )
    }
  }
}
