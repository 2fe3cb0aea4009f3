import { generateApiKey, hashApiKey } from '../../lib/api-key.ts'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import { keyRecord } from '../support/key-record.ts'
import { keyRequest } from '../support/key-request.ts'
import { microsecondsOf, type Work } from './keys-clock.ts'
import { row } from './keys-cost.ts'
import type { BenchStores } from './keys-stores.ts'
import { TextList } from './keys-text-list.ts'

const SIZES = [1_000, 100_000] as const

/**
 * Whether a key among many costs more than one among few: the look-up alone, and a request with it. A look-up in memory
 * takes so little that the processor's caches are most of it.
 */
export async function reportGrowth(stores: BenchStores, rounds: number, say: (line: string) => void): Promise<void> {
  const sizes = SIZES.map((size) => `of ${size.toLocaleString('en')}`)
  say('A key at random: microseconds of a look-up, and of a request with it')
  say(row('', ['look-up', ...sizes, 'ratio']) + row('', ['request', ...sizes, 'ratio']))
  for (const [name, make] of stores.makers) {
    const opened = []
    const [lookUps, requests]: [Work[], Work[]] = [[], []]
    for (const size of SIZES) {
      const under = await make()
      opened.push(under)
      const keys = Array.from({ length: size }, () => generateApiKey('sk', 'live'))
      const records = keys.map((key) => keyRecord({ hash: hashApiKey(key) }))
      await under.fill(records)
      const authenticator = apiKeyAuthenticator({ keys: under.store, environments: ['live'] })
      const hashTexts = new TextList(
        records.map(({ hash }) => hash),
        'hex',
      )
      const keyTexts = new TextList(keys, 'latin1')
      lookUps.push((index) => under.store.findByHash([hashTexts.at(at(index, size))]))
      requests.push((index) => authenticator.authenticate(keyRequest(keyTexts.at(at(index, size)))))
    }
    const [few = 0, many = 0, requestFew = 0, requestMany = 0] = await microsecondsOf([...lookUps, ...requests], rounds)
    say(row(name, ['', ...cells(few, many)]) + row('', ['', ...cells(requestFew, requestMany)]))
    for (const under of opened) await under.close()
  }
}

/** A step that shares no factor with the size visits every key, each far from the one before. */
function at(index: number, size: number): number {
  return (index * 61_813) % size
}

function cells(few: number, many: number): readonly string[] {
  return [few.toFixed(2), many.toFixed(2), (many / few).toFixed(2)]
}
