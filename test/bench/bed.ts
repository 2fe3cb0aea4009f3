import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiKeyRecord, apiKeys } from 'gatewarden'
import { sqliteKeyStore } from 'gatewarden/store/sqlite'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { AUDIENCE } from './access-tokens.ts'
import { type Child, startChild } from './child.ts'
import { startIssuer } from './issuer.ts'
import { createSigners, type Load, prepareLoad } from './loads.ts'
import type { ServerContext } from './server-context.ts'
import { ORDER_SCOPE } from './servers/order.ts'
import { needsRedis, type Subject } from './subjects.ts'

/** Everything that runs while the benchmark does. */
export interface Bed {
  readonly load: Child
  readonly servers: ReadonlyMap<Subject, { readonly child: Child; readonly url: string }>
  close(): Promise<void>
}

export async function startBed(subjects: readonly Subject[], say: (line: string) => void): Promise<Bed> {
  const children: Child[] = []
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'))
  const signers = createSigners()
  const issuer = await startIssuer({ keys: Object.values(signers).flatMap(({ jwks }) => jwks.keys) })
  let redis: RedisServer | undefined
  const close = async () => {
    for (const child of children) child.stop()
    issuer.close()
    await redis?.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  const start = async (name: string, context: ServerContext) => {
    const child = startChild('serve.ts', [name])
    children.push(child)
    return { child, url: await child.ask<string>({ start: context }) }
  }
  try {
    if (subjects.some(needsRedis)) redis = await startRedis()
    const keyStoreFile = join(folder, 'keys.sqlite')
    const made = await createApiKey(keyStoreFile)
    const base = {
      issuer: issuer.url,
      jwksUri: issuer.jwksUri,
      introspectionEndpoint: issuer.introspectionEndpoint,
      audience: AUDIENCE,
      apiKey: made.record,
      keyStoreFile,
      redisPort: redis?.port ?? 0,
    }
    const upstream = await start('upstream', { ...base, upstreamUrl: '' })
    const context = { ...base, upstreamUrl: upstream.url }

    const load = startChild('load.ts')
    children.push(load)
    for (const name of new Set(subjects.map((subject): Load => subject.load))) {
      say(`preparing ${name}`)
      await load.ask(await prepareLoad(name, { issuer: issuer.url, signers, apiKey: made.key }))
    }

    const servers: [Subject, { child: Child; url: string }][] = []
    for (const subject of subjects) servers.push([subject, await start(subject.server, context)])
    return { load, servers: new Map(servers), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function createApiKey(file: string): Promise<{ readonly key: string; readonly record: ApiKeyRecord }> {
  const store = sqliteKeyStore({ file })
  try {
    const made = await apiKeys({ store }).create({
      owner: 'orderdesk-batch',
      environment: 'live',
      scopes: [ORDER_SCOPE],
    })
    if ('problem' in made) throw new Error(made.detail)
    return made
  } finally {
    store.close()
  }
}
