import { randomUUID } from 'node:crypto'
import { generateApiKey, hashApiKey } from '../api-key.ts'
import { invalidOption } from '../options.ts'
import { type ApiKeyChanges, type ApiKeyRecord, DuplicateKeyError, withChanges } from '../store/key-store.ts'
import type {
  ApiKeys,
  ApiKeysOptions,
  IssuedApiKey,
  KeyListing,
  KeyPage,
  KeyProblem,
  RotatedApiKey,
} from './api-keys.ts'
import { type ApiKeyEvent, keyEvents } from './key-event.ts'
import { type ApiKeyFields, CHANGEABLE_FIELDS, fieldProblem, KEY_FIELDS, recordProblem } from './key-fields.ts'

const MAX_PAGE = 1_000
const DEFAULT_PAGE = 100
const MAX_GRACE_SECONDS = 365 * 86_400
const SHA256_HEX = /^[0-9a-f]{64}$/

export class ApiKeyLifecycle implements ApiKeys {
  readonly #options: Required<ApiKeysOptions>

  constructor(options: Required<ApiKeysOptions>) {
    this.#options = options
  }

  async create(fields: ApiKeyFields, actor?: string): Promise<IssuedApiKey | KeyProblem> {
    const problem = newKeyProblem(fields)
    if (problem) return problem
    const issued = this.#issue(fields)
    const failed = await this.#insert(issued.record)
    if (failed) return failed
    this.#publish('created', issued.record, actor)
    return issued
  }

  async import(hash: string, fields: ApiKeyFields, actor?: string): Promise<ApiKeyRecord | KeyProblem> {
    const problem = newKeyProblem(fields)
    if (problem) return problem
    if (!SHA256_HEX.test(hash)) return invalid('the hash must be the SHA-256 of the key, in lower-case hex')
    const record = newRecord(hash, fields, this.#options.now())
    const failed = await this.#insert(record)
    if (failed) return failed
    this.#publish('imported', record, actor)
    return record
  }

  async get(id: string): Promise<ApiKeyRecord | undefined> {
    return this.#options.store.findById(id)
  }

  async list(listing: KeyListing = {}): Promise<KeyPage> {
    const { owner, cursor, unusedForSeconds, expiringWithinSeconds, activeOnly } = listing
    const limit = Math.min(Math.floor(listing.limit ?? DEFAULT_PAGE), MAX_PAGE)
    if (!(limit >= 1)) throw invalidOption('list', '"limit" must be a number of at least 1')
    const now = this.#options.now()
    const records = await this.#options.store.list({
      limit: limit + 1,
      ...(owner !== undefined && { owner }),
      ...(cursor !== undefined && { after: cursor }),
      ...(activeOnly === true && { activeAt: now }),
      ...(unusedForSeconds !== undefined && { unusedSince: now - unusedForSeconds }),
      ...(expiringWithinSeconds !== undefined && { expiringBefore: now + expiringWithinSeconds }),
    })
    const page = records.slice(0, limit)
    const last = page.at(-1)
    return records.length > limit && last ? { records: page, next: last.id } : { records: page }
  }

  async update(id: string, changes: ApiKeyChanges, actor?: string): Promise<ApiKeyRecord | KeyProblem> {
    const problem = fieldProblem(changes as Record<string, unknown>, CHANGEABLE_FIELDS)
    if (problem) return invalid(problem)
    const record = await this.#options.store.findById(id)
    if (!record) return notFound()
    const unusable = recordProblem(withChanges(record, changes))
    if (unusable) return invalid(unusable)
    const updated = await this.#options.store.update(id, changes)
    if (!updated) return notFound()
    const changed = CHANGEABLE_FIELDS.filter((name) => changes[name] !== undefined)
    this.#publish('updated', updated, actor, changed)
    return updated
  }

  async rotate(id: string, graceSeconds: number, actor?: string): Promise<RotatedApiKey | KeyProblem> {
    const { store, now } = this.#options
    if (!(graceSeconds >= 0 && graceSeconds <= MAX_GRACE_SECONDS))
      return invalid('"graceSeconds" must be from 0 to a year')
    const old = await store.findById(id)
    if (!old) return notFound()
    if (old.expiresAt !== undefined && !(now() < old.expiresAt)) {
      return { problem: 'expired', detail: 'the key has expired; create a new one' }
    }
    const issued = this.#issue(fieldsOf(old))
    const replaced = await store.replace(id, issued.record, now() + graceSeconds)
    if (!replaced) return whyNotReplaced(await store.findById(id))
    this.#publish('rotated', replaced, actor)
    return { ...issued, replaced }
  }

  async revoke(id: string, actor?: string): Promise<ApiKeyRecord | KeyProblem> {
    const record = await this.#options.store.revoke(id, this.#options.now())
    if (!record) return notFound()
    this.#publish('revoked', record, actor)
    return record
  }

  #issue(fields: ApiKeyFields): IssuedApiKey {
    const { prefix, peppers, random, now } = this.#options
    const key = generateApiKey(prefix, fields.environment, random)
    return { key, record: newRecord(hashApiKey(key, peppers[0]), fields, now()) }
  }

  async #insert(record: ApiKeyRecord): Promise<KeyProblem | undefined> {
    const unusable = recordProblem(record)
    if (unusable) return invalid(unusable)
    try {
      await this.#options.store.insert(record)
      return undefined
    } catch (error) {
      if (error instanceof DuplicateKeyError) return { problem: 'duplicate', detail: 'this key is there already' }
      throw error
    }
  }

  #publish(change: ApiKeyEvent['change'], record: ApiKeyRecord, actor?: string, fields: string[] = []): void {
    if (!keyEvents.hasSubscribers) return
    const { id, owner, environment, replacedBy } = record
    const event: ApiKeyEvent = { change, id, owner, environment, replacedBy, fields, actor, at: this.#options.now() }
    keyEvents.publish(event)
  }
}

function newRecord(hash: string, fields: ApiKeyFields, createdAt: number): ApiKeyRecord {
  const record: Record<string, unknown> = { id: `key_${randomUUID()}`, hash, createdAt, scopes: [], roles: [] }
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) record[name] = value
  }
  return record as unknown as ApiKeyRecord
}

/** What a key passes on to the key that takes its place. */
function fieldsOf(record: ApiKeyRecord): ApiKeyFields {
  const entries = Object.entries(record).filter(([name]) => KEY_FIELDS.includes(name))
  return Object.fromEntries(entries) as unknown as ApiKeyFields
}

function newKeyProblem(fields: ApiKeyFields): KeyProblem | undefined {
  const problem = fieldProblem(fields as unknown as Record<string, unknown>, KEY_FIELDS)
  if (problem) return invalid(problem)
  if (fields.owner === undefined) return invalid('"owner" is missing: the client id of whom the key is for')
  return fields.environment === undefined ? invalid('"environment" is missing: such as "live"') : undefined
}

function whyNotReplaced(record: ApiKeyRecord | undefined): KeyProblem {
  if (!record) return notFound()
  if (record.revokedAt !== undefined) return { problem: 'revoked', detail: 'the key is revoked; create a new one' }
  return { problem: 'replaced', detail: `the key was rotated already; rotate ${record.replacedBy ?? 'its successor'}` }
}

/** The id is not repeated: it may be a key that somebody pasted there. */
function notFound(): KeyProblem {
  return { problem: 'not found', detail: 'there is no key with this id' }
}

function invalid(detail: string): KeyProblem {
  return { problem: 'invalid', detail }
}
