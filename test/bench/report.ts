import type { Sample } from './measure.ts'
import { median } from './median.ts'
import { TARGETS, type Target } from './targets.ts'

export interface Report {
  readonly node: string
  readonly subjects: readonly SubjectReport[]
  readonly targets: readonly TargetReport[]
}

interface SubjectReport extends Sample {
  readonly name: string
  /** Throughput by that of plain Express. */
  readonly ofPlainExpress: number | undefined
}

interface TargetReport extends Target {
  /** By throughput: the median of the rounds' ratios. */
  readonly ratio: number
  /** The same by the server's processor time. */
  readonly cpuRatio: number
  readonly reached: boolean
}

type Samples = ReadonlyMap<string, readonly Sample[]>

export function createReport(samples: Samples): Report {
  const subjects = [...samples].map(([name, rounds]) => ({
    name,
    requestsPerSecond: median(rounds.map((sample) => sample.requestsPerSecond)),
    serverCpu: median(rounds.map((sample) => sample.serverCpu)),
    clientCpu: median(rounds.map((sample) => sample.clientCpu)),
    ofPlainExpress: ratio(samples, name, ['plain Express'], speed),
  }))
  return { node: process.version, subjects, targets: TARGETS.flatMap((target) => targetReport(samples, target)) }
}

const speed = (sample: Sample) => sample.requestsPerSecond
const thrift = (sample: Sample) => 1 / sample.serverCpu

function targetReport(samples: Samples, target: Target): TargetReport[] {
  const bySpeed = ratio(samples, target.subject, target.over, speed)
  const byCpu = ratio(samples, target.subject, target.over, thrift)
  if (bySpeed === undefined || byCpu === undefined) return []
  return [{ ...target, ratio: bySpeed, cpuRatio: byCpu, reached: bySpeed >= target.least }]
}

/** Compared round by round, with the best of the others in that round: what changes between rounds changes all. */
function ratio(
  samples: Samples,
  name: string,
  others: readonly string[],
  value: (sample: Sample) => number,
): number | undefined {
  const rounds = samples.get(name)
  const compared = others.map((other) => samples.get(other))
  if (!rounds || compared.some((list) => !list)) return undefined
  return median(
    rounds.map((sample, round) => {
      const best = compared.map((list) => (list?.[round] ? value(list[round]) : Number.NaN))
      return value(sample) / Math.max(...best)
    }),
  )
}

/** Above this, the client may be what is measured. */
const BUSY_CLIENT = 0.95

export function formatReport({ node, subjects, targets }: Report): string {
  const lines = subjects.map(({ name, requestsPerSecond, serverCpu, clientCpu, ofPlainExpress }) => [
    name,
    String(Math.round(requestsPerSecond)),
    serverCpu.toFixed(1),
    `${Math.round(clientCpu * 100)} %${clientCpu > BUSY_CLIENT ? ' !' : ''}`,
    ofPlainExpress?.toFixed(2) ?? '',
  ])
  const goals = targets.map(({ subject, over, least, ratio, cpuRatio, reached }) => [
    `${subject} / ${over.length > 1 ? 'the best of the others' : over[0]}`,
    ratio.toFixed(2),
    cpuRatio.toFixed(2),
    `≥ ${least.toFixed(2)}`,
    reached ? 'reached' : 'missed',
  ])
  return [
    `Node.js ${node}; medians\n`,
    formatTable(['', 'requests/s', 'server µs/request', 'client CPU', 'of plain Express'], lines),
    ...(goals.length > 0 ? ['', formatTable(['', 'ratio', 'by server CPU', 'target', ''], goals)] : []),
  ].join('\n')
}

export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const format = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  return all.map((row) => format(row).trimEnd()).join('\n')
}
