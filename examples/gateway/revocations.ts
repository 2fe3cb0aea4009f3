import { type LocalRevocationList, revocationList } from 'gatewarden/store/local-revocation-list'
import { sqliteRevocationStore } from 'gatewarden/store/sqlite-revocations'

/** Tokens that are no longer good, before they expire. */
export interface GatewayRevocations {
  readonly list: LocalRevocationList
  close(): void
}

/** They are kept beside the API keys, and read before the first request comes. */
export async function openGatewayRevocations(file: string): Promise<GatewayRevocations> {
  const store = sqliteRevocationStore({ file })
  const list = revocationList({ store })
  const close = () => {
    list.close()
    store.close()
  }
  try {
    await list.ready()
    return { list, close }
  } catch (error) {
    close()
    throw error
  }
}
