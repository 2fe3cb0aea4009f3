import { skipWithoutRedis } from '../support/redis-server.ts'
import { startBed } from './bed.ts'
import { measureRounds } from './measure.ts'
import { measureMicro } from './micro.ts'
import { type BenchOptions, parseBenchOptions, USAGE } from './options.ts'
import { createReport, formatReport, formatTable } from './report.ts'
import { chosenSubjects, needsRedis } from './subjects.ts'

/** Progress goes to stderr, the result to stdout. */
const say = (line: string): void => console.error(line)

async function run(options: BenchOptions): Promise<void> {
  const chosen = chosenSubjects(options.only)
  if (skipWithoutRedis && chosen.some(needsRedis)) say(`left out what needs Redis: ${skipWithoutRedis}`)
  const bed = await startBed(skipWithoutRedis ? chosen.filter((subject) => !needsRedis(subject)) : chosen, say)
  try {
    const report = createReport(await measureRounds(bed, options, say))
    console.log(options.json ? JSON.stringify(report, undefined, 2) : `\n${formatReport(report)}`)
  } finally {
    await bed.close()
  }
}

async function runMicro(options: BenchOptions): Promise<void> {
  const results = await measureMicro(options, say)
  const rows = results.map(({ name, nanoseconds }) => [name, String(Math.round(nanoseconds))])
  console.log(options.json ? JSON.stringify(results, undefined, 2) : `\n${formatTable(['', 'ns/request'], rows)}`)
}

try {
  const options = parseBenchOptions(process.argv.slice(2))
  if (options.help) console.log(USAGE.trimEnd())
  else if (options.micro) await runMicro(options)
  else await run(options)
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
