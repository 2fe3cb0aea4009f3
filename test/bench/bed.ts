import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiKeys } from 'gatewarden'
import { sqliteKeyStore } from 'gatewarden/store/sqlite'
import { AUDIENCE, createTokenSigner, POOL_SIZE, signPool } from './access-tokens.ts'
import { type Child, startChild } from './child.ts'
import { startIssuer } from './issuer.ts'
import type { ServerContext } from './server-context.ts'
import { ORDER_SCOPE } from './servers/order.ts'
import type { Subject } from './subjects.ts'

/** Everything that runs while the benchmark does. */
export interface Bed {
  readonly load: Child
  readonly servers: ReadonlyMap<Subject, { readonly child: Child; readonly url: string }>
  close(): void
}

export async function startBed(subjects: readonly Subject[], say: (line: string) => void): Promise<Bed> {
  const children: Child[] = []
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'))
  const signer = createTokenSigner()
  const issuer = await startIssuer(signer.jwks)
  const close = () => {
    for (const child of children) child.stop()
    issuer.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const start = async (name: string, context: ServerContext) => {
    const child = startChild('serve.ts', [name])
    children.push(child)
    return { child, url: await child.ask<string>({ start: context }) }
  }
  try {
    const keyStoreFile = join(folder, 'keys.sqlite')
    const store = sqliteKeyStore({ file: keyStoreFile })
    const made = await apiKeys({ store }).create({
      owner: 'orderdesk-batch',
      environment: 'live',
      scopes: [ORDER_SCOPE],
    })
    store.close()
    if ('problem' in made) throw new Error(made.detail)
    const { key, record } = made
    const base = { issuer: issuer.url, jwksUri: issuer.jwksUri, audience: AUDIENCE, apiKey: record, keyStoreFile }
    const upstream = await start('upstream', { ...base, upstreamUrl: '' })
    const context = { ...base, upstreamUrl: upstream.url }

    const load = startChild('load.ts')
    children.push(load)
    const size = subjects.some((subject) => subject.load === 'distinct-jwts') ? POOL_SIZE : 1
    const tokens = await signPool(signer, issuer.url, size, (signed) => {
      if (signed % 5_120 === 0) say(`signed ${signed} of ${size} tokens`)
    })
    const bearer = tokens.map((token) => ({ Authorization: `Bearer ${token}` }))
    await load.ask({ use: 'distinct-jwts', credentials: bearer })
    await load.ask({ use: 'repeated-jwt', credentials: bearer.slice(0, 1) })
    await load.ask({ use: 'api-key', credentials: [{ 'X-API-Key': key }] })

    const servers: [Subject, { child: Child; url: string }][] = []
    for (const subject of subjects) servers.push([subject, await start(subject.server, context)])
    return { load, servers: new Map(servers), close }
  } catch (error) {
    close()
    throw error
  }
}
