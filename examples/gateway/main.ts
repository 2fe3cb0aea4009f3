import { readConfig } from './config.ts'
import { startGateway } from './gateway.ts'
import { onStopSignal } from './shutdown.ts'
import { startupErrorLine } from './startup-error.ts'

try {
  const gateway = await startGateway(readConfig(process.env))
  onStopSignal(gateway.close)
  console.log(`Gateway on ${gateway.url}`)
} catch (error) {
  console.error(`gateway: ${startupErrorLine(error)}`)
  process.exitCode = 1
}
