import { onStopSignal } from '../gateway/shutdown.ts'
import { startupErrorLine } from '../gateway/startup-error.ts'
import { banner } from './banner.ts'
import { startDemo } from './demo.ts'
import { type DemoOptions, parseDemoOptions, USAGE } from './options.ts'
import { prepareReadyFile, writeReadyFile } from './ready-file.ts'
import { writeStateFile } from './state-file.ts'

async function run({ quiet, readyFile, ...ports }: DemoOptions): Promise<void> {
  if (readyFile !== undefined) prepareReadyFile(readyFile)
  const starting = startDemo(ports, process.env)
  // A signal may come before everything is up.
  onStopSignal(async () => (await starting).close())
  const { ready } = await starting
  writeStateFile(ready)
  if (!quiet) process.stdout.write(banner(ready))
  // Last: who waits for it finds everything said and done.
  if (readyFile !== undefined) writeReadyFile(readyFile, ready)
}

function isMistyped(error: unknown): boolean {
  return error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
}

try {
  const options = parseDemoOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(USAGE)
  else await run(options)
} catch (error) {
  console.error(`gateway: ${startupErrorLine(error)}${isMistyped(error) ? '; see npm run gateway -- --help' : ''}`)
  process.exit(1)
}
