import { startupErrorLine } from '../gateway/startup-error.ts'
import { boundToken } from './bound-token.ts'
import { parseDpopOptions } from './options.ts'
import { runningDemo } from './running-demo.ts'

/** Prints a request with a bound token and its proof, as curl reads it from a file: no other process sees the token. */
async function curlConfig(argv: readonly string[]): Promise<string> {
  const { username, method, path, port, readyFile } = parseDpopOptions(argv)
  const state = await runningDemo(username, port, readyFile)
  const url = state.gateway + path
  const token = await boundToken(state, username)
  return [
    `url = "${url}"`,
    `request = "${method}"`,
    `header = "Authorization: DPoP ${token.accessToken}"`,
    `header = "DPoP: ${await token.proof(method, url)}"`,
  ].join('\n')
}

try {
  console.log(await curlConfig(process.argv.slice(2)))
} catch (error) {
  console.error(`gateway:dpop: ${startupErrorLine(error)}`)
  process.exitCode = 1
}
