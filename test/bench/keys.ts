import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { reportCost } from './keys-cost.ts'
import { reportGrowth } from './keys-growth.ts'
import { reportMemory } from './keys-memory.ts'
import { benchStores } from './keys-stores.ts'

const PARTS = ['cost', 'growth', 'memory'] as const
const USAGE = `Usage: node --conditions=source test/bench/keys.ts [options]

What API keys cost, with real servers where they are installed. The exit code says whether it ran, not what it found.

  --only PART      cost:   a request with a good key, by store: asked, cached, with usage tracking
                   growth: a look-up among 100,000 keys against one among 1,000
                   memory: many keys in SQLite behind a bounded cache
  --rounds N       of measurement (default 15)
  --keys N         how many keys "memory" makes (default 1,000,000)
  --help           print this
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      keys: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const rounds = Number(values.rounds ?? 15)
  const keys = Number(values.keys ?? 1_000_000)
  const parts = PARTS.filter((part) => values.only === undefined || values.only === part)
  const isFine = parts.length > 0 && rounds >= 1 && rounds <= 1_000 && keys >= 1_000 && keys <= 10_000_000
  if (values.help || !isFine) {
    console.log(USAGE)
    process.exitCode = values.help ? 0 : 2
    return
  }
  // The garbage collector runs before memory is read, without a flag of Node's on the command line.
  setFlagsFromString('--expose-gc')
  globalThis.gc = runInNewContext('gc')
  const say = (line: string) => console.log(line)
  const stores = await benchStores(say)
  try {
    if (parts.includes('cost')) await reportCost(stores, rounds, say)
    if (parts.includes('growth')) await reportGrowth(stores, rounds, say)
  } finally {
    await stores.close()
  }
  if (parts.includes('memory')) await reportMemory(keys, say)
}

await main()
