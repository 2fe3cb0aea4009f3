import { startupErrorLine } from '../gateway/startup-error.ts'
import { accountNamed, USERNAMES } from './authorization-server/accounts.ts'
import { parseLoginOptions } from './options.ts'
import { signIn } from './sign-in.ts'
import { readStateFile, stateFileOf } from './state-file.ts'

async function logIn(argv: readonly string[]): Promise<string> {
  const { username, port, readyFile } = parseLoginOptions(argv)
  if (!accountNamed(username)) throw new Error(`there is no user ${username}; there are ${USERNAMES.join(' and ')}`)
  const state = readStateFile(readyFile ?? stateFileOf(port))
  const place = readyFile === undefined ? `on port ${port}` : 'that the ready file tells of'
  const noGateway = `no gateway runs ${place}: start one with \`npm run gateway\``
  if (!state || !(await answers(state.gateway))) throw new Error(noGateway)
  return await signIn({ ...state, username })
}

async function answers(gateway: string): Promise<boolean> {
  const response = await fetch(`${gateway}/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  return response?.ok === true
}

try {
  console.log(await logIn(process.argv.slice(2)))
} catch (error) {
  console.error(`gateway:login: ${startupErrorLine(error)}`)
  process.exitCode = 1
}
