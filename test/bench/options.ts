import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** How long each server is measured in each round. */
  readonly seconds: number
  readonly rounds: number
  /** Parts of subjects' names; empty: all. */
  readonly only: readonly string[]
  readonly json: boolean
  readonly micro: boolean
  readonly help: boolean
}

export const USAGE: string = `Usage: npm run bench -- [options]

Servers are measured by turns, A B C … A B C …, so that a machine that gets slower gets slower for all of them.
What counts are the ratios of one run. The exit code says whether the benchmark ran, not what it found.

What the requests present:
  repeated …       the same token on every request
  … by turns       one of 256, so that no connection sees the same one twice in a row; all are remembered
  distinct …       another one each time, of more than any cache holds: JWTs are verified, opaque tokens asked about
  DPoP             one bound token, with another proof each time
An authorization server that is asked about opaque tokens runs in the process of the benchmark.

  --seconds N      per server and round (default 2)
  --rounds N       (default 5)
  --only A,B       only what has one of these words in its name, such as ES256, opaque, DPoP, gatewarden
  --micro          the boundary's own cost, stage by stage, without sockets
  --json           print the result as JSON
  --help           print this
`

/** @throws Error with a one-line message */
export function parseBenchOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      micro: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { only, json, micro, help } = values
  return {
    seconds: between('seconds', values.seconds ?? '2', 0.1, 60),
    rounds: Math.floor(between('rounds', values.rounds ?? '5', 1, 100)),
    only: only.split(',').flatMap((word) => word.trim() || []),
    json,
    micro,
    help,
  }
}

function between(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (text === '' || !(value >= least && value <= most)) {
    throw new Error(`--${name} must be a number from ${least} to ${most}`)
  }
  return value
}
