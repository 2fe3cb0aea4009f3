import { answeredRecord } from '../../checked-key-record.ts'
import { withDeadline } from '../../deadline.ts'
import { type Awaitable, isLater } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import type { ApiKeyRecord } from '../../store/key-store.ts'
import type { ApiKeySettings } from './options.ts'

/**
 * Asks the store, and believes only an answer to the question.
 * @throws DependencyError when the store is down, slow or wrong: it names the store, so that an event does
 */
export function lookUp(
  { keys, deadlineMs }: ApiKeySettings,
  hashes: readonly string[],
): Awaitable<ApiKeyRecord | undefined> {
  let answer: Awaitable<ApiKeyRecord | undefined>
  try {
    answer = keys.findByHash(hashes)
  } catch (thrown) {
    throw failed(thrown)
  }
  if (!isLater(answer)) return answeredRecord(answer, hashes)
  const checked = Promise.resolve(answer).then(
    (record) => answeredRecord(record, hashes),
    (thrown) => {
      throw failed(thrown)
    },
  )
  return withDeadline('key store', deadlineMs, checked)
}

function failed(cause: unknown): DependencyError {
  return cause instanceof DependencyError ? cause : new DependencyError('key store', 'failed', { cause })
}
