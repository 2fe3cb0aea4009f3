import type { RequestListener } from 'node:http'
import { sqliteKeyStore } from 'gatewarden/store/sqlite'
import type { ServerContext } from '../server-context.ts'
import { expressWithKeys } from './gatewarden-keys.ts'

export function start({ keyStoreFile }: ServerContext): RequestListener {
  return expressWithKeys(sqliteKeyStore({ file: keyStoreFile }))
}
