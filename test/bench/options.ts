import { parseArgs } from 'node:util'

/** What is measured: servers under load, or one of the parts by itself. */
export type BenchMode = 'servers' | (typeof PARTS)[number]

const PARTS = ['micro', 'rules', 'limits'] as const

export interface BenchOptions {
  /** How long each server is measured in each round. */
  readonly seconds: number
  readonly rounds: number
  /** Parts of subjects' names; empty: all. */
  readonly only: readonly string[]
  readonly json: boolean
  readonly mode: BenchMode
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
  --json           print the result as JSON

Instead of servers, without sockets (each with --rounds and --json; --micro and --limits with --only):
  --micro          the boundary's own cost, stage by stage
  --rules          what a decision costs among 10, 1,000 and 10,000 rules, as ratio to 10: the look-up of the rule alone, and
                   the whole boundary with a repeated JWT. "one rule": all requests are for the same, which stays in the
                   processor's caches; "every rule": each is for another, which does not. "a Map": what it costs to find
                   whole paths in a Map of as many, which knows no :name and no method: nothing could be much quicker.
  --limits         the limiter beside express-rate-limit (its memory store) and rate-limiter-flexible (memory; Redis, which is
                   started here), by turns, with one key and with 10,000. "count" is the store alone; "limit" is what a request
                   pays, from who calls to the RateLimit fields of its answer, with a fallback where the store is Redis.
                   They do not do the same. gatewarden counts in buckets that leak (GCRA): what was used comes back little by
                   little. The others count in fixed windows: it comes back all at once, so around a border twice the limit
                   goes through in a moment. express-rate-limit hashes each key for its RateLimit-Policy; gatewarden hashes
                   each key for Redis, and counts several windows in one script ("4 windows"). What answers at once is not
                   waited for.
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
      rules: { type: 'boolean', default: false },
      limits: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { only, json, help } = values
  const [mode = 'servers', ...others] = PARTS.filter((part) => values[part])
  if (others.length > 0) throw new Error(`--${mode} and --${others[0]} are measured one at a time`)
  return {
    seconds: between('seconds', values.seconds ?? '2', 0.1, 60),
    rounds: Math.floor(between('rounds', values.rounds ?? '5', 1, 100)),
    only: only.split(',').flatMap((word) => word.trim() || []),
    json,
    mode,
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
