import { storeUrlProblem } from '../store/open-key-store.ts'
import type { Arguments } from './arguments.ts'
import { usageFailure } from './exit-code.ts'
import type { Io } from './io.ts'

/**
 * The URL of the store that a command is to work on.
 * @throws CommandFailure when none is said, or it is none
 */
export function storeUrlGiven(given: Arguments, io: Io): string {
  const url = given.text('store') ?? io.env.GATEWARDEN_STORE
  if (url === undefined || url === '') {
    throw usageFailure('which store? Give --store sqlite:FILE, postgres://… or redis://…, or set GATEWARDEN_STORE')
  }
  const problem = storeUrlProblem(url)
  if (problem !== undefined) throw usageFailure(problem)
  return url
}
