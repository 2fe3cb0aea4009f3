import { withDeadline } from '../../deadline.ts'
import type { Awaitable } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import type { ApiKeyRecord } from '../../store/key-store.ts'
import { answeredRecord } from '../../store/parts/checked-record.ts'
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
  if (!(answer instanceof Promise)) return answeredRecord(answer, hashes)
  const checked = answer.then(
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
