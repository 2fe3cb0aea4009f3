import { keyStoreContract } from '../../contract/key-store.ts'
import { behindCache } from '../../support/cached-keys.ts'
import { makeSqliteKeys } from '../../support/sqlite-keys.ts'

keyStoreContract('SQLite', makeSqliteKeys, { manyKeys: 100_000 })
keyStoreContract('SQLite behind a cache', behindCache(makeSqliteKeys))
