import { type ApiKeyFields, apiKeys, type KeyStore } from 'gatewarden'
import { TIERS } from '../gateway/limits.ts'
import { TENANT_ID } from './authorization-server/accounts.ts'

/** An API key with what it opens. The key is shown here because this is a demo; a real store never could. */
export interface DemoApiKey {
  readonly key: string
  readonly scopes: readonly string[]
  readonly roles?: readonly string[]
}

/** One whose client may ask for so much, and no more. */
export interface LimitedApiKey extends DemoApiKey {
  readonly limits: { readonly limit: number; readonly windowSeconds: number }
}

export type DemoApiKeys = Readonly<
  Record<'live' | 'reader' | 'test' | 'expired' | 'revoked', DemoApiKey> & Record<keyof typeof TIERS, LimitedApiKey>
>

const HOUR_SECONDS = 60 * 60
/** In a database that others use, keys of a demo must not stay good for ever. */
const MONTH_SECONDS = 30 * 24 * HOUR_SECONDS
const READ: readonly string[] = ['read:orders']
const READ_AND_WRITE: readonly string[] = ['read:orders', 'write:orders']

/** One key of each kind: two that work, three that the gateway has a reason to refuse, and one of each tier. */
export async function createDemoApiKeys(store: KeyStore): Promise<DemoApiKeys> {
  const keys = apiKeys({ store })
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const create = async (label: string, scopes: readonly string[], fields: Partial<ApiKeyFields> = {}) => {
    const owner = 'partner-acme'
    const made = await keys.create(
      {
        owner,
        environment: 'live',
        tenantId: TENANT_ID,
        label,
        scopes,
        expiresAt: nowSeconds + MONTH_SECONDS,
        ...fields,
      },
      'demo',
    )
    if ('problem' in made) throw new Error(`the demo's key "${label}" could not be made: ${made.detail}`)
    return { id: made.record.id, shown: { key: made.key, scopes } }
  }
  const createLimited = async (tier: keyof typeof TIERS): Promise<LimitedApiKey> => {
    const { shown } = await create(tier, READ_AND_WRITE, { owner: `partner-${tier}`, tier })
    const { quota, windowSeconds } = TIERS[tier]
    return { ...shown, limits: { limit: quota, windowSeconds } }
  }
  const revoked = await create('revoked', READ_AND_WRITE)
  await keys.revoke(revoked.id, 'demo')
  return {
    live: (await create('live', READ_AND_WRITE)).shown,
    reader: (await create('reader', READ)).shown,
    test: (await create('test', READ_AND_WRITE, { environment: 'test' })).shown,
    expired: (await create('expired', READ_AND_WRITE, { expiresAt: nowSeconds - HOUR_SECONDS })).shown,
    revoked: revoked.shown,
    free: await createLimited('free'),
    gold: await createLimited('gold'),
  }
}
