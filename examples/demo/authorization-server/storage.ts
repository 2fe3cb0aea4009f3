import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

const SWEEP_ABOVE_RECORDS = 1_000

interface StoredRecord {
  readonly payload: AdapterPayload
  readonly expiresAtMs: number
}

/** Sessions, interactions, codes and grants in memory: they end with the process, as everything in the demo does. */
export function inMemoryStorage(): AdapterFactory {
  const records = new Map<string, StoredRecord>()
  return (model) => new InMemoryAdapter(model, records)
}

class InMemoryAdapter implements Adapter {
  readonly #model: string
  readonly #records: Map<string, StoredRecord>

  constructor(model: string, records: Map<string, StoredRecord>) {
    this.#model = model
    this.#records = records
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#records.size > SWEEP_ABOVE_RECORDS) this.#deleteWhere(({ expiresAtMs }) => expiresAtMs <= Date.now())
    this.#records.set(this.#key(id), { payload, expiresAtMs: Date.now() + expiresInSeconds * 1_000 })
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const record = this.#records.get(this.#key(id))
    return record && record.expiresAtMs > Date.now() ? record.payload : undefined
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findWhere((payload) => payload.uid === uid)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findWhere((payload) => payload.userCode === userCode)
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id)
    if (payload) payload.consumed = Math.floor(Date.now() / 1_000)
  }

  async destroy(id: string): Promise<void> {
    this.#records.delete(this.#key(id))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#deleteWhere(({ payload }) => payload.grantId === grantId)
  }

  #key(id: string): string {
    return `${this.#model}:${id}`
  }

  #findWhere(matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, { payload, expiresAtMs }] of this.#records) {
      if (key.startsWith(`${this.#model}:`) && expiresAtMs > Date.now() && matches(payload)) return payload
    }
    return undefined
  }

  #deleteWhere(matches: (record: StoredRecord) => boolean): void {
    for (const [key, record] of this.#records) if (matches(record)) this.#records.delete(key)
  }
}
