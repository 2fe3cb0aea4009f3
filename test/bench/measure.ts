import type { Bed } from './bed.ts'
import type { LoadResult } from './load.ts'
import { ORDER_PATH } from './servers/order.ts'
import type { Subject } from './subjects.ts'

/** One subject in one round. */
export interface Sample {
  readonly requestsPerSecond: number
  /** Processor time of the server alone, microseconds per request: steadier than throughput on a busy machine. */
  readonly serverCpu: number
  readonly clientCpu: number
}

export async function measureSubject(bed: Bed, subject: Subject, seconds: number): Promise<Sample> {
  const server = bed.servers.get(subject)
  if (!server) throw new Error(`no server for ${subject.name}`)
  const before = await server.child.ask<number>('cpu')
  const result = await bed.load.ask<LoadResult>({ run: subject.load, url: server.url, path: ORDER_PATH, seconds })
  const after = await server.child.ask<number>('cpu')
  return {
    requestsPerSecond: result.requests / result.seconds,
    serverCpu: (after - before) / result.requests,
    clientCpu: result.clientCpu,
  }
}

/** Until V8 has compiled what is hot. */
const WARM_UP_SECONDS = 2

/** Rounds of all subjects by turns, after a round that does not count. */
export async function measureRounds(
  bed: Bed,
  options: { readonly seconds: number; readonly rounds: number },
  say: (line: string) => void,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>()
  for (let round = 0; round <= options.rounds; round++) {
    const seconds = round === 0 ? Math.min(WARM_UP_SECONDS, options.seconds * 2) : options.seconds
    for (const subject of bed.servers.keys()) {
      const sample = await measureSubject(bed, subject, seconds)
      const title = round === 0 ? 'warm-up' : `round ${round}/${options.rounds}`
      say(`${title.padEnd(10)} ${subject.name.padEnd(42)} ${Math.round(sample.requestsPerSecond)} requests/s`)
      if (round === 0) samples.set(subject.name, [])
      else samples.get(subject.name)?.push(sample)
    }
  }
  return samples
}
