import type { RequestListener } from 'node:http'
import { memoryKeyStore } from 'gatewarden'
import type { ServerContext } from '../server-context.ts'
import { expressWithKeys } from './gatewarden-keys.ts'

export function start({ apiKey }: ServerContext): RequestListener {
  return expressWithKeys(memoryKeyStore([apiKey]))
}
