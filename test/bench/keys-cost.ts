import { generateApiKey, hashApiKey } from '../../lib/api-key.ts'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import { usageTracker } from '../../lib/keys/usage-tracker.ts'
import { cachedKeyStore } from '../../lib/store/cached-key-store.ts'
import type { KeyStore } from '../../lib/store/key-store.ts'
import { keyRecord } from '../support/key-record.ts'
import { keyRequest } from '../support/key-request.ts'
import { microsecondsOf, type Work } from './keys-clock.ts'
import type { BenchStores } from './keys-stores.ts'

const KEYS = 1_000
const AT_ONCE = 32

/** What a request with a good key costs, by store: asked, cached, and with usage tracking. */
export async function reportCost(stores: BenchStores, rounds: number, say: (line: string) => void): Promise<void> {
  const keys = Array.from({ length: KEYS }, () => generateApiKey('sk', 'live'))
  const records = keys.map((key) => keyRecord({ hash: hashApiKey(key), scopes: ['orders:read'], roles: ['partner'] }))
  const requests = keys.map((key) => keyRequest(key))
  say(
    `A request with one of ${KEYS.toLocaleString('en')} good keys: microseconds, one after the other; last, ${AT_ONCE} at once`,
  )
  say(row('', ['asked', '+ usage', 'cached', '+ usage', `${AT_ONCE} at once`]))
  for (const [name, make] of stores.makers) {
    const under = await make()
    await under.fill(records)
    const cache = cachedKeyStore({ store: under.store, ttlSeconds: 3_600 })
    const tracker = usageTracker({ store: under.store })
    const asking = (store: KeyStore, usage?: typeof tracker): Work => {
      const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], ...(usage && { usage }) })
      return (index) => authenticate(authenticator, requests, index)
    }
    const [asked, used, cached, usedCached] = [
      asking(under.store),
      asking(under.store, tracker),
      asking(cache),
      asking(cache, tracker),
    ]
    const times = await microsecondsOf([asked, used, cached, usedCached, atOnce(asked)], rounds)
    say(
      row(
        name,
        times.map((time, index) => (index === 4 ? time / AT_ONCE : time).toFixed(2)),
      ),
    )
    await tracker.flush()
    await under.close()
  }
}

function authenticate(authenticator: Authenticator, requests: readonly ReturnType<typeof keyRequest>[], index: number) {
  const request = requests[index % requests.length]
  if (!request) throw new Error('no requests')
  const answer = authenticator.authenticate(request)
  if (!(answer instanceof Promise) && answer.outcome !== 'authenticated') throw new Error('a good key was refused')
  return answer
}

function atOnce(work: Work): Work {
  return (index) => Promise.all(Array.from({ length: AT_ONCE }, (_, each) => work(index * AT_ONCE + each)))
}

export function row(name: string, cells: readonly string[]): string {
  return name.padEnd(14) + cells.map((cell) => cell.padStart(12)).join('')
}
