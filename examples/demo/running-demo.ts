import { accountNamed, USERNAMES } from './authorization-server/accounts.ts'
import { type DemoState, readStateFile, stateFileOf } from './state-file.ts'

/**
 * Finds a demo that runs, for a command that signs a user in there.
 * @throws Error with a one-line message
 */
export async function runningDemo(username: string, port: number, readyFile: string | undefined): Promise<DemoState> {
  if (!accountNamed(username)) throw new Error(`there is no user ${username}; there are ${USERNAMES.join(' and ')}`)
  const state = readStateFile(readyFile ?? stateFileOf(port))
  const place = readyFile === undefined ? `on port ${port}` : 'that the ready file tells of'
  const noGateway = `no gateway runs ${place}: start one with \`npm run gateway\``
  if (!state || !(await answers(state.gateway))) throw new Error(noGateway)
  return state
}

async function answers(gateway: string): Promise<boolean> {
  const response = await fetch(`${gateway}/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  return response?.ok === true
}
