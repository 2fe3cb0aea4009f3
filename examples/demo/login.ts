import { startupErrorLine } from '../gateway/startup-error.ts'
import { parseLoginOptions } from './options.ts'
import { runningDemo } from './running-demo.ts'
import { signIn } from './sign-in.ts'

async function logIn(argv: readonly string[]): Promise<string> {
  const { username, mfa, port, readyFile } = parseLoginOptions(argv)
  const state = await runningDemo(username, port, readyFile)
  return await signIn({ ...state, username, mfa })
}

try {
  console.log(await logIn(process.argv.slice(2)))
} catch (error) {
  console.error(`gateway:login: ${startupErrorLine(error)}`)
  process.exitCode = 1
}
