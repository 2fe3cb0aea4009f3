import type { Pepper } from '../../../api-key.ts'
import type { Clock } from '../../../effects.ts'
import type { ApiKeys, KeyProblem } from '../../../keys/api-keys.ts'
import type { ApiKeyFields } from '../../../keys/key-fields.ts'
import { isProblem } from '../with-keys.ts'
import { valueOfField } from './columns.ts'
import { hashOf } from './hash-of.ts'
import type { ImportLine } from './import-lines.ts'

export interface Refused {
  readonly line: number
  readonly problem: KeyProblem['problem']
  readonly detail: string
}

export interface Taking {
  readonly keys: ApiKeys
  readonly peppers: readonly Pepper[]
  readonly prefix: string
  /** What lines leave out. */
  readonly defaults: Partial<ApiKeyFields>
  readonly actor: string
  readonly now: Clock
}

/** Imports the key of one line. @returns why not, when it was not */
export async function importLine(read: ImportLine, taking: Taking): Promise<Refused | undefined> {
  const refused = ({ problem, detail }: KeyProblem): Refused => ({ line: read.line, problem, detail })
  if ('detail' in read) return refused({ problem: 'invalid', detail: read.detail })
  const now = taking.now()
  const { hash, key, ...written } = read.values
  const given = Object.entries(written).filter(([, value]) => value !== null && value !== '')
  const fields = {
    ...taking.defaults,
    ...Object.fromEntries(given.map(([field, value]) => [field, valueOfField(field, value, now)])),
  } as ApiKeyFields
  const { expiresAt } = fields
  if (typeof expiresAt === 'number' && !(expiresAt > now)) {
    return refused({ problem: 'expired', detail: 'the key has expired' })
  }
  const stored = hashOf({ hash, key }, fields, taking.prefix, taking.peppers)
  if (typeof stored !== 'string') return refused(stored)
  const record = await taking.keys.import(stored, fields, taking.actor)
  return isProblem(record) ? refused(record) : undefined
}
