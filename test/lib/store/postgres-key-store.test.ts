import { after, before } from 'node:test'
import { keyStoreContract, type MakeKeyStore } from '../../contract/key-store.ts'
import { behindCache } from '../../support/cached-keys.ts'
import { makePostgresKeys } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'

let server: PostgresServer | undefined
before(async () => {
  if (!skipWithoutPostgres) server = await startPostgres()
})
after(() => server?.remove())

const make: MakeKeyStore = async () => {
  if (!server) throw new Error('no server')
  return makePostgresKeys(server)
}

keyStoreContract('PostgreSQL', make, { manyKeys: 100_000, skip: skipWithoutPostgres })
keyStoreContract('PostgreSQL behind a cache', behindCache(make), { skip: skipWithoutPostgres })
