import { readFileSync } from 'node:fs'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { createPrincipal, type Decision, opaPolicy, opaWasmPolicy, type Policy, type Principal } from 'gatewarden'
import { AuthError } from '../../../lib/errors.ts'
import type { RequestView } from '../../../lib/request-view.ts'
import { skipWithoutOpa, startOpa } from '../../support/opa-server.ts'
import { requestView } from '../../support/request-view.ts'
import { median } from '../median.ts'
import type { MicroResult } from '../micro.ts'
import type { Stage } from './clock.ts'

const FOLDER = new URL('../../../examples/gateway/policy/', import.meta.url)
const RULE = 'gateway/authz/decision'
const BATCH = 200
const AT_ONCE = 64

const principal = viewer()

/** The policy of the example, in this process. */
export async function wasmStages(): Promise<readonly Stage[]> {
  const policy = opaWasmPolicy({
    policy: await loadPolicy(readFileSync(new URL('policy.wasm', FOLDER))),
    entrypoint: RULE,
  })
  const run = (request: RequestView) => mustAllow(policy.decide(principal, request))
  return [{ name: 'OPA wasm', prepare: requestOf, run }]
}

/** The same, asked of a real OPA: every request for another path, one after the other and many at once; and remembered. */
export async function measureOpaRest(rounds: number, say: (line: string) => void): Promise<readonly MicroResult[]> {
  if (skipWithoutOpa) {
    say(`left out what needs OPA: ${skipWithoutOpa}`)
    return []
  }
  const opa = await startOpa({ 'authz.rego': readFileSync(new URL('authz.rego', FOLDER), 'utf8') })
  try {
    const asking = opaPolicy({ url: opa.url, path: RULE })
    const remembering = opaPolicy({ url: opa.url, path: RULE, cache: { ttlSeconds: 300 } })
    const works: readonly (readonly [string, Policy, number, (index: number) => RequestView])[] = [
      ['OPA REST', asking, 1, requestOf],
      [`OPA REST, ${AT_ONCE} at once`, asking, AT_ONCE, requestOf],
      ['OPA REST, remembered', remembering, 1, () => requestOf(0)],
    ]
    const results: MicroResult[] = []
    for (const [name, policy, atOnce, request] of works) {
      const nanoseconds = await timeAnswers(policy, atOnce, request, rounds)
      say(`${name.padEnd(32)} ${Math.round(nanoseconds)} ns`)
      results.push({ name, nanoseconds })
    }
    return results
  } finally {
    await opa.remove()
  }
}

/** Nanoseconds per answer: the median of the batches after the first. */
async function timeAnswers(
  policy: Policy,
  atOnce: number,
  request: (index: number) => RequestView,
  rounds: number,
): Promise<number> {
  let index = 0
  const runs: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const startedAt = process.hrtime.bigint()
    const worker = async () => {
      for (let count = 0; count < BATCH / atOnce; count++) mustAllow(await policy.decide(principal, request(index++)))
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    const asked = Math.ceil(BATCH / atOnce) * atOnce
    if (round > 0) runs.push(Number(process.hrtime.bigint() - startedAt) / asked)
  }
  return median(runs)
}

function requestOf(index: number): RequestView {
  const id = String(index)
  return requestView({}, { path: `/policy/api/${id}`, segments: ['policy', 'api', id] })
}

function mustAllow(decision: unknown): void {
  if (!(decision as Decision).allow) throw new Error('the policy denied')
}

function viewer(): Principal {
  const made = createPrincipal({ kind: 'user', subject: 'bob', method: 'jwt', roles: ['viewer'] })
  if (made instanceof AuthError) throw made
  return made
}
