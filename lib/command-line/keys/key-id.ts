import { API_KEY_PATTERN } from '../../api-key.ts'
import { CommandFailure, EXIT, usageFailure } from '../exit-code.ts'

const SHOWABLE = /^key_[\w-]{1,64}$/

/**
 * Refuses a key where its id belongs: it is in the shell's history then, and must not be in our output too.
 * @throws CommandFailure
 */
export function assertIds(ids: readonly string[]): void {
  if (!ids.some((id) => API_KEY_PATTERN.test(id))) return
  throw usageFailure('that is a key, not the id of one; an id is like key_4b1f… ("keys list" shows them)')
}

/** A message names an id only if it can be nothing else: a secret may have been pasted in its place. */
export function noSuchKey(id: string): CommandFailure {
  const shown = SHOWABLE.test(id) ? `there is no key ${id}` : 'there is no key with this id'
  return new CommandFailure(EXIT.notFound, `${shown}; "keys list" shows the ids`)
}
