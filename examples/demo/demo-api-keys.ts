import { type ApiKeyFields, apiKeys } from 'gatewarden'
import { sqliteKeyStore } from 'gatewarden/store/sqlite'
import { TENANT_ID } from './authorization-server/accounts.ts'

/** An API key with what it opens. The key is shown here because this is a demo; a real store never could. */
export interface DemoApiKey {
  readonly key: string
  readonly scopes: readonly string[]
  readonly roles?: readonly string[]
}

export type DemoApiKeys = Readonly<Record<'live' | 'reader' | 'test' | 'expired' | 'revoked', DemoApiKey>>

const HOUR_SECONDS = 60 * 60
const READ: readonly string[] = ['read:orders']
const READ_AND_WRITE: readonly string[] = ['read:orders', 'write:orders']

/** One key of each kind: two that work, and three that the gateway has a reason to refuse. */
export async function createDemoApiKeys(keyStoreFile: string): Promise<DemoApiKeys> {
  const store = sqliteKeyStore({ file: keyStoreFile })
  const keys = apiKeys({ store })
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const create = async (label: string, scopes: readonly string[], fields: Partial<ApiKeyFields> = {}) => {
    const owner = 'partner-acme'
    const made = await keys.create(
      { owner, environment: 'live', tenantId: TENANT_ID, label, scopes, ...fields },
      'demo',
    )
    if ('problem' in made) throw new Error(`the demo's key "${label}" could not be made: ${made.detail}`)
    return { id: made.record.id, shown: { key: made.key, scopes } }
  }
  try {
    const live = await create('live', READ_AND_WRITE)
    const reader = await create('reader', READ)
    const test = await create('test', READ_AND_WRITE, { environment: 'test' })
    const expired = await create('expired', READ_AND_WRITE, { expiresAt: nowSeconds - HOUR_SECONDS })
    const revoked = await create('revoked', READ_AND_WRITE)
    await keys.revoke(revoked.id, 'demo')
    return {
      live: live.shown,
      reader: reader.shown,
      test: test.shown,
      expired: expired.shown,
      revoked: revoked.shown,
    }
  } finally {
    store.close()
  }
}
