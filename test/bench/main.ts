import { skipWithoutRedis } from '../support/redis-server.ts'
import { startBed } from './bed.ts'
import { formatLimits, measureLimits } from './limits.ts'
import { measureRounds } from './measure.ts'
import { measureMicro } from './micro.ts'
import { type BenchMode, type BenchOptions, parseBenchOptions, USAGE } from './options.ts'
import { createReport, formatReport, formatTable } from './report.ts'
import { formatRules, measureRules } from './rules.ts'
import { chosenSubjects, needsRedis } from './subjects.ts'

/** Progress goes to stderr, the result to stdout. */
const say = (line: string): void => console.error(line)

async function runServers(options: BenchOptions): Promise<void> {
  const chosen = chosenSubjects(options.only)
  if (skipWithoutRedis && chosen.some(needsRedis)) say(`left out what needs Redis: ${skipWithoutRedis}`)
  const bed = await startBed(skipWithoutRedis ? chosen.filter((subject) => !needsRedis(subject)) : chosen, say)
  try {
    print(options, createReport(await measureRounds(bed, options, say)), formatReport)
  } finally {
    await bed.close()
  }
}

async function runMicro(options: BenchOptions): Promise<void> {
  print(options, await measureMicro(options, say), (results) => {
    const rows = results.map(({ name, nanoseconds }) => [name, String(Math.round(nanoseconds))])
    return formatTable(['', 'ns/request'], rows)
  })
}

function print<Result>({ json }: BenchOptions, result: Result, format: (result: Result) => string): void {
  console.log(json ? JSON.stringify(result, undefined, 2) : `\n${format(result)}`)
}

const MODES: Readonly<Record<BenchMode, (options: BenchOptions) => Promise<void>>> = {
  servers: runServers,
  micro: runMicro,
  rules: async (options) => print(options, await measureRules(options, say), formatRules),
  limits: async (options) => print(options, await measureLimits(options, say), formatLimits),
}

try {
  const options = parseBenchOptions(process.argv.slice(2))
  if (options.help) console.log(USAGE.trimEnd())
  else await MODES[options.mode](options)
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
