import { parseArgs } from 'node:util'

const DEFAULT_PORT = 8080
const DEFAULT_TLS_PORT = 8443
const HIGHEST_PORT = 65_535

export interface DemoOptions {
  /** 0 asks the system for a free port. */
  readonly port: number
  /** 0 asks the system for a free port. */
  readonly tlsPort: number
  /** 0 asks the system for a free port. */
  readonly metricsPort: number
  readonly quiet: boolean
  readonly readyFile: string | undefined
  readonly help: boolean
}

export interface LoginOptions {
  readonly username: string
  /** Sign in with a second factor. */
  readonly mfa: boolean
  readonly port: number
  readonly readyFile: string | undefined
}

export interface DpopRequestOptions extends Omit<LoginOptions, 'mfa'> {
  readonly method: string
  readonly path: string
}

export const USAGE: string = `Usage: npm run gateway -- [options]

  --port N           the gateway's port (default ${DEFAULT_PORT}; 0 = any free one)
  --tls-port N       the gateway's port for TLS (default ${DEFAULT_TLS_PORT}; 0 = any free one)
  --metrics-port N   the port for metrics, on this machine alone (default: any free one)
  --quiet            print nothing
  --ready-file PATH  once everything listens, write addresses and credentials there, as JSON
  --help             print this
`

const LOGIN_USAGE: string = 'npm run -s gateway:login -- USER [--mfa] [--port N | --ready-file PATH]'
const DPOP_USAGE: string = 'npm run -s gateway:dpop -- USER METHOD PATH [--port N | --ready-file PATH] | curl -s -K -'

/** @throws Error with a one-line message */
export function parseDemoOptions(argv: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string' },
      'tls-port': { type: 'string' },
      'metrics-port': { type: 'string' },
      quiet: { type: 'boolean', default: false },
      'ready-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { quiet, help } = values
  const tlsPort = parsePort(values['tls-port'], '--tls-port', DEFAULT_TLS_PORT)
  const metricsPort = parsePort(values['metrics-port'], '--metrics-port', 0)
  return { port: parsePort(values.port), tlsPort, metricsPort, quiet, readyFile: parsePath(values['ready-file']), help }
}

/** @throws Error with a one-line message */
export function parseLoginOptions(argv: readonly string[]): LoginOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { port: { type: 'string' }, 'ready-file': { type: 'string' }, mfa: { type: 'boolean', default: false } },
  })
  const [username, ...others] = positionals
  if (username === undefined || others.length > 0) throw new Error(`name one user: ${LOGIN_USAGE}`)
  return { username, mfa: values.mfa, port: parsePort(values.port), readyFile: parsePath(values['ready-file']) }
}

/** @throws Error with a one-line message */
export function parseDpopOptions(argv: readonly string[]): DpopRequestOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { port: { type: 'string' }, 'ready-file': { type: 'string' } },
  })
  const [username, method, path, ...others] = positionals
  if (username === undefined || !method || others.length > 0)
    throw new Error(`name user, method and path: ${DPOP_USAGE}`)
  if (!/^[A-Z]+$/.test(method) || !/^\/[\x21\x23-\x5b\x5d-\x7e]*$/.test(path ?? '')) {
    throw new Error(`a method is like GET, a path like /orders: ${DPOP_USAGE}`)
  }
  return {
    username,
    method,
    path: path ?? '',
    port: parsePort(values.port),
    readyFile: parsePath(values['ready-file']),
  }
}

function parsePort(text: string | undefined, name = '--port', fallback: number = DEFAULT_PORT): number {
  if (text === undefined) return fallback
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > HIGHEST_PORT) {
    throw new Error(`${name} must be a whole number from 0 to ${HIGHEST_PORT}`)
  }
  return port
}

function parsePath(path: string | undefined): string | undefined {
  if (path === '') throw new Error('--ready-file must name a file')
  return path
}
