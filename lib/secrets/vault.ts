import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import type { RandomBytes } from '../api-key.ts'
import { type Clock, isLater, systemClock } from '../effects.ts'
import { assertFunction, assertKnownKeys, assertString, invalidOption } from '../options.ts'
import { createPrincipal, isPrincipal } from '../principal.ts'
import type { SharedKey, SharedKeys } from '../shared-key.ts'
import type { SealedSecret, SecretStore, SharedKeyQuery, SharedKeyRecord } from '../store/secret-store.ts'
import { createSealing, type Sealing } from './sealing.ts'

export interface SecretVaultOptions {
  readonly store: SecretStore
  /** 32 random bytes each, as base64url or bytes, newest first; from the environment, never from the store. */
  readonly sealingKeys: readonly (string | Uint8Array)[]
  readonly now?: Clock
  readonly random?: RandomBytes
}

/** What a new shared key is for. */
export interface SharedKeyFields {
  readonly owner: string
  readonly label?: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly tenantId?: string
  readonly tier?: string
  /** Epoch seconds. */
  readonly expiresAt?: number
}

/** A secret that is there to be given to its client: shown once. */
export interface IssuedSecret {
  /** 43 characters: the text itself, as UTF-8, is the key of the MAC. */
  readonly secret: string
  readonly record: SharedKeyRecord
}

/** The life of shared keys, and what authenticators look them up in. */
export interface SecretVault extends SharedKeys {
  create(fields: SharedKeyFields): Promise<IssuedSecret>
  /** A new secret for a key; the one before goes on working for a time. `undefined` when there is none, or it is revoked. */
  rotate(keyId: string, graceSeconds: number): Promise<IssuedSecret | undefined>
  /** Ends a key with all of its secrets. `undefined` when there is none. */
  revoke(keyId: string): Promise<SharedKeyRecord | undefined>
  list(query: SharedKeyQuery): Promise<readonly SharedKeyRecord[]>
}

const FACTORY = 'secretVault'
const SECRET_BYTES = 32
/** Two work at once while one takes the other's place; older ones are forgotten. */
const MAX_SECRETS = 2
const MAX_GRACE_SECONDS = 365 * 86_400
const MAX_TRIES = 100
const KEY_ID = /^[\x21-\x7e]{1,128}$/

/**
 * Secrets that clients sign with. They are made here, shown once, and kept encrypted.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function secretVault(options: SecretVaultOptions): SecretVault {
  assertKnownKeys(FACTORY, options, ['store', 'sealingKeys', 'now', 'random'])
  const { store, sealingKeys, now = systemClock, random = randomBytes } = options
  if (typeof store?.find !== 'function') throw invalidOption(FACTORY, '"store" must be a SecretStore')
  assertFunction(FACTORY, 'now', now)
  assertFunction(FACTORY, 'random', random)
  return new Vault(store, createSealing(FACTORY, sealingKeys), now, random)
}

class Vault implements SecretVault {
  readonly #store: SecretStore
  readonly #sealing: Sealing
  readonly #now: Clock
  readonly #random: RandomBytes
  /** Nobody's. */
  readonly #decoy: SharedKeyRecord

  constructor(store: SecretStore, sealing: Sealing, now: Clock, random: RandomBytes) {
    this.#store = store
    this.#sealing = sealing
    this.#now = now
    this.#random = random
    const secrets = [this.#makeSecret('nobody', randomBytes).sealed]
    this.#decoy = { keyId: 'nobody', owner: 'nobody', scopes: [], roles: [], createdAt: 0, secrets, version: 1 }
  }

  find(keyId: string): ReturnType<SharedKeys['find']> {
    if (!KEY_ID.test(keyId)) return undefined
    const record = this.#store.find(keyId)
    return isLater(record) ? Promise.resolve(record).then((found) => this.#open(found)) : this.#open(record)
  }

  /** Where there is no key, one is decrypted all the same: how long it takes must not tell. */
  #open(record: SharedKeyRecord | undefined): SharedKey | undefined {
    if (record && record.revokedAt === undefined) return this.#sharedKey(record)
    this.#opened(this.#decoy)
    return undefined
  }

  #opened({ keyId, secrets }: SharedKeyRecord): readonly Buffer[] {
    const at = this.#now()
    const good = secrets.filter(({ goodUntil }) => goodUntil === undefined || at < goodUntil)
    return good.map(({ sealed, sealedUnder }) => this.#sealing.open(sealed, sealedUnder, keyId))
  }

  #sharedKey(record: SharedKeyRecord): SharedKey {
    const { keyId, owner, scopes, roles, tenantId, tier, expiresAt } = record
    return {
      keyId,
      owner,
      scopes,
      roles,
      ...(tenantId !== undefined && { tenantId }),
      ...(tier !== undefined && { tier }),
      ...(expiresAt !== undefined && { expiresAt }),
      secrets: this.#opened(record).map((secret) => createSecretKey(secret)),
    }
  }

  async create(fields: SharedKeyFields): Promise<IssuedSecret> {
    assertFields(fields)
    const keyId = `hk_${randomUUID()}`
    const { secret, sealed } = this.#makeSecret(keyId)
    const record: SharedKeyRecord = {
      ...fields,
      keyId,
      scopes: fields.scopes ?? [],
      roles: fields.roles ?? [],
      createdAt: this.#now(),
      secrets: [sealed],
      version: 1,
    }
    if (!(await this.#store.insert(record))) throw new Error('secretVault: the key id is taken; try again')
    return { secret, record }
  }

  async rotate(keyId: string, graceSeconds: number): Promise<IssuedSecret | undefined> {
    if (!(graceSeconds >= 0 && graceSeconds <= MAX_GRACE_SECONDS)) {
      throw invalidOption('rotate', '"graceSeconds" must be from 0 to a year')
    }
    const { secret, sealed } = this.#makeSecret(keyId)
    const record = await this.#change(keyId, (old) => {
      if (old.revokedAt !== undefined) return undefined
      const goodUntil = this.#now() + graceSeconds
      const before = old.secrets.map((each) => ({
        ...each,
        goodUntil: Math.min(each.goodUntil ?? goodUntil, goodUntil),
      }))
      return { ...old, secrets: [sealed, ...before].slice(0, MAX_SECRETS) }
    })
    return record && { secret, record }
  }

  revoke(keyId: string): Promise<SharedKeyRecord | undefined> {
    return this.#change(keyId, (old) => ({ ...old, revokedAt: old.revokedAt ?? this.#now() }))
  }

  async list(query: SharedKeyQuery): Promise<readonly SharedKeyRecord[]> {
    return this.#store.list(query)
  }

  #makeSecret(keyId: string, random = this.#random): { readonly secret: string; readonly sealed: SealedSecret } {
    const secret = Buffer.from(random(SECRET_BYTES)).toString('base64url')
    const sealed = this.#sealing.seal(Buffer.from(secret), keyId)
    const sealedUnder = this.#sealing.newest
    return { secret, sealed: { id: `secret_${randomUUID()}`, sealed, sealedUnder, createdAt: this.#now() } }
  }

  /** Reads, changes and writes, again when another was faster. */
  async #change(
    keyId: string,
    change: (record: SharedKeyRecord) => SharedKeyRecord | undefined,
  ): Promise<SharedKeyRecord | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const old = await this.#store.find(keyId)
      const changed = old && change(old)
      if (!old || !changed) return undefined
      const record = { ...changed, version: old.version + 1 }
      if (await this.#store.replace(record)) return record
    }
    throw new Error('secretVault: others kept changing the key; try again')
  }
}

/** A key that could make no principal would fail at its first request. */
function assertFields(fields: SharedKeyFields): void {
  assertKnownKeys('create', fields, ['owner', 'label', 'scopes', 'roles', 'tenantId', 'tier', 'expiresAt'])
  const { owner, label, ...rest } = fields
  assertString('create', 'owner', owner)
  if (label !== undefined) assertString('create', 'label', label)
  const principal = createPrincipal({ kind: 'client', subject: owner, method: 'hmac', ...rest })
  if (!isPrincipal(principal)) throw invalidOption('create', principal.reason)
}
