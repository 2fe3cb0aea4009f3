import { keyRecord } from '../support/key-record.ts'
import { fillSqlite } from '../support/sqlite-keys.ts'

/** A program of its own, so that what it takes of memory is not in what is measured. Usage: keys-fill.ts FILE COUNT */
const [file = '', count = '0'] = process.argv.slice(2)

function* records(from: number, to: number) {
  for (let index = from; index < to; index++) {
    yield keyRecord({ scopes: ['orders:read'], label: `key number ${index}` })
  }
}

const BATCH = 50_000
for (let from = 0; from < Number(count); from += BATCH) {
  fillSqlite(file, records(from, Math.min(from + BATCH, Number(count))))
}
