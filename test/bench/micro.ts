import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiKeys } from 'gatewarden'
import { sqliteKeyStore } from 'gatewarden/store/sqlite'
import { AUDIENCE, createTokenSigner, POOL_SIZE, signPool } from './access-tokens.ts'
import { time } from './micro/clock.ts'
import { measureOpaRest, wasmStages } from './micro/decision-points.ts'
import { rememberedTokenStages } from './micro/remembered-tokens.ts'
import { createMicroStages } from './micro/stages.ts'
import { ORDER_SCOPE } from './servers/order.ts'

export interface MicroResult {
  readonly name: string
  readonly nanoseconds: number
}

const ISSUER = 'https://login.example.test'
const BATCHES_PER_ROUND = 40

/** What the boundary itself costs, stage by stage: no sockets, no parser, no framework. */
export async function measureMicro(
  options: { readonly rounds: number; readonly only: readonly string[] },
  say: (line: string) => void,
): Promise<readonly MicroResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'))
  const keyStoreFile = join(folder, 'keys.sqlite')
  const store = sqliteKeyStore({ file: keyStoreFile })
  try {
    const made = await apiKeys({ store }).create({
      owner: 'orderdesk-batch',
      environment: 'live',
      scopes: [ORDER_SCOPE],
    })
    if ('problem' in made) throw new Error(made.detail)
    const { key, record } = made
    const signer = createTokenSigner()
    say(`signing ${POOL_SIZE} tokens`)
    const tokens = await signPool(POOL_SIZE, () => signer.sign(ISSUER))
    const { jwks } = signer
    const context = { issuer: ISSUER, audience: AUDIENCE, apiKey: record, keyStoreFile, jwks, key, tokens }
    const stages = [...createMicroStages(context), ...(await rememberedTokenStages(context)), ...(await wasmStages())]
    const isChosen = (name: string) => options.only.length === 0 || options.only.some((word) => name.includes(word))
    const chosen = stages.filter(({ name }) => isChosen(name))
    const results = chosen.map((stage) => {
      const nanoseconds = time(stage, BATCHES_PER_ROUND * options.rounds)
      say(`${stage.name.padEnd(32)} ${Math.round(nanoseconds)} ns`)
      return { name: stage.name, nanoseconds }
    })
    return isChosen('OPA REST') ? [...results, ...(await measureOpaRest(options.rounds, say))] : results
  } finally {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
