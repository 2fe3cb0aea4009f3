import autocannon from 'autocannon'
import { answerParent } from './child.ts'
import { CLIENT_HEADERS } from './client-headers.ts'
import { type ProofHolder, provenRequests } from './proofs.ts'

/** The load generator, in a process of its own. */

export type CredentialHeaders = Readonly<Record<string, string>>

export type LoadQuestion =
  | { readonly use: string; readonly credentials: readonly CredentialHeaders[] }
  | { readonly use: string; readonly proofs: ProofHolder }
  | { readonly run: string; readonly url: string; readonly path: string; readonly seconds: number }

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  /** How much of one processor the client used: near 1, it is the client that is measured. */
  readonly clientCpu: number
}

interface TokenRequest {
  readonly path: string
  readonly headers: CredentialHeaders
}

const CONNECTIONS = 32
const FIXED = { connections: CONNECTIONS, sampleInt: 20 }

type Setup = Parameters<typeof autocannon>[0]['setupClient']

/** The credentials of each load. */
const pools = new Map<string, readonly CredentialHeaders[]>()
/** How far each server has seen its pool: one that has seen little of it yet still remembers all of that. */
const positions = new Map<string, number>()
/** Of each load whose credentials are good once, what makes them. */
const holders = new Map<string, ProofHolder>()
/** More than can be used up. */
const PROOFS_PER_SECOND = 20_000

async function run(load: string, url: string, path: string, seconds: number): Promise<LoadResult> {
  const holder = holders.get(load)
  const pool = holder ? await provenRequests(holder, Math.ceil(seconds * PROOFS_PER_SECOND)) : (pools.get(load) ?? [])
  const start = holder ? 0 : (positions.get(url + load) ?? 0)
  const result = await measure(url, seconds, sliced([...pool.slice(start), ...pool.slice(0, start)], path))
  // The next run goes on where this one stopped, and a bit further: connections are not equally fast.
  positions.set(url + load, (start + Math.ceil(result.requests * 1.2)) % pool.length)
  return result
}

/** Each connection has requests of its own; together they use the pool in its order. */
function sliced(pool: readonly CredentialHeaders[], path: string): TokenRequest[][] {
  const slices: TokenRequest[][] = Array.from({ length: CONNECTIONS }, () => [])
  const size = Math.max(pool.length, CONNECTIONS)
  for (let index = 0; index < size; index++) {
    const headers = { ...CLIENT_HEADERS, ...pool[index % pool.length] }
    slices[index % CONNECTIONS]?.push({ path, headers })
  }
  return slices
}

function measure(url: string, seconds: number, slices: TokenRequest[][]): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const setupClient: Setup = (client) => client.setRequests(slices.pop() ?? [])
    let startedAt = 0
    let cpuAtStart = process.cpuUsage()
    const started = autocannon({ url, ...FIXED, duration: seconds, setupClient }, (error, result) => {
      const elapsed = (performance.now() - startedAt) / 1_000
      const { user, system } = process.cpuUsage(cpuAtStart)
      const { requests, errors, timeouts, non2xx } = result ?? { requests: { total: 0 } }
      if (error) reject(error)
      else if (errors || timeouts || non2xx) reject(new Error(`${non2xx} refusals, ${errors} errors at ${url}`))
      else resolve({ requests: requests.total, seconds: elapsed, clientCpu: (user + system) / 1e6 / elapsed })
    })
    started.on('start', () => {
      startedAt = performance.now()
      cpuAtStart = process.cpuUsage()
    })
  })
}

answerParent((question: LoadQuestion) => {
  if ('run' in question) return run(question.run, question.url, question.path, question.seconds)
  if ('proofs' in question) holders.set(question.use, question.proofs)
  else pools.set(question.use, question.credentials)
  return undefined
})
