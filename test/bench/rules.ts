import { createPipeline, jwtAuthenticator } from 'gatewarden'
import { rawRequestOf } from '../../middleware/raw-request.ts'
import { AUDIENCE, createTokenSigner } from './access-tokens.ts'
import { median } from './median.ts'
import { must } from './micro/authenticate-stage.ts'
import { type Stage, timeByTurns } from './micro/clock.ts'
import { messageFor } from './micro/requests.ts'
import { type BenchTable, benchTable, type GovernedRequest } from './micro/route-tables.ts'
import { wholeStage } from './micro/whole-stage.ts'
import { formatTable } from './report.ts'
import { ORDER_SCOPE } from './servers/order.ts'

/** What a decision costs with a table of so many rules, and how many times of what it does with the fewest. */
export interface RulesResult {
  readonly work: string
  readonly rules: number
  readonly nanoseconds: number
  readonly ratio: number
}

const WORKS = ['look-up', 'a Map', 'boundary()'] as const
const COUNTS = [10, 1_000, 10_000] as const
const MOST = 3
const ISSUER = 'https://login.example.test'
const BATCHES_PER_ROUND = 40
/** No two neighbours in memory. */
const STRIDE = 7_919

type PathsOf = (rules: number) => (index: number) => number

/** Which rule governs the request of that index. */
const PATHS: Readonly<Record<string, PathsOf>> = {
  'one rule': (rules) => () => Math.floor(rules / 2),
  'every rule': (rules) => (index) => (index * STRIDE) % rules,
}

export async function measureRules(
  options: { readonly rounds: number },
  say: (line: string) => void,
): Promise<readonly RulesResult[]> {
  const stagesOf = await createStagesOf()
  const results: RulesResult[] = []
  for (const [paths, pathsOf] of Object.entries(PATHS)) {
    for (const work of WORKS) {
      const stages = COUNTS.map((count) => stagesOf(work, count, pathsOf(count)))
      const runs = timeByTurns(stages, BATCHES_PER_ROUND * options.rounds)
      for (const [index, rules] of COUNTS.entries()) {
        const own = runs[index] ?? []
        const nanoseconds = median(own)
        const ratio = median(own.map((value, run) => value / (runs[0]?.[run] ?? Number.NaN)))
        results.push({ work: `${work}, ${paths}`, rules, nanoseconds, ratio })
        say(`${`${work}, ${paths}`.padEnd(24)} ${rules} rules: ${Math.round(nanoseconds)} ns`)
      }
    }
  }
  return results
}

async function createStagesOf() {
  const signer = createTokenSigner()
  const authenticate = jwtAuthenticator({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: signer.jwks,
    algorithms: ['RS256'],
  })
  const credential = ['Authorization', `Bearer ${await signer.sign(ISSUER)}`] as const

  return (work: (typeof WORKS)[number], count: number, ruleOf: (index: number) => number): Stage => {
    const table = benchTable(count, { scopes: [ORDER_SCOPE] })
    const requestOf = (index: number): GovernedRequest => table.requestFor(ruleOf(index), index)
    const messageOf = (index: number) => messageFor(requestOf(index), credential)
    const options = { authenticate, routes: table.rules }
    if (work === 'boundary()') return wholeStage(work, options, messageOf)
    if (work === 'a Map') return mapStage(table, ruleOf)
    const { stages } = createPipeline(options)
    return {
      name: work,
      prepare: (index) => must(stages.admit(rawRequestOf(messageOf(index)), 'http')).request,
      run: stages.match,
    }
  }
}

/** A yardstick: nothing finds what is written once for each rule much quicker. */
function mapStage({ rules, requestFor }: BenchTable, ruleOf: (index: number) => number): Stage {
  const ids = new Map(rules.map((_, rule) => [keyOf(requestFor(rule, 0)), rule]))
  const found = { sum: 0 }
  return {
    name: 'a Map',
    prepare: (index) => Buffer.from(keyOf(requestFor(ruleOf(index), 0)), 'latin1').toString('latin1'),
    run: (key: string) => {
      // What is summed up is looked up.
      found.sum += ids.get(key) ?? Number.NaN
      if (Number.isNaN(found.sum)) throw new Error(`no rule for ${key}`)
      return found.sum
    },
  }
}

function keyOf({ method, path }: GovernedRequest): string {
  return `${method} ${path}`
}

export function formatRules(results: readonly RulesResult[]): string {
  const rows = results.map(({ work, rules, nanoseconds, ratio }) => [
    work,
    String(rules),
    String(Math.round(nanoseconds)),
    ratio.toFixed(2),
    ...(rules === COUNTS[0] || work.startsWith('a Map')
      ? []
      : [`≤ ${MOST.toFixed(2)}`, ratio <= MOST ? 'reached' : 'missed']),
  ])
  return formatTable(['', 'rules', 'ns', 'ratio', 'target', ''], rows)
}
