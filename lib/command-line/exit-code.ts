import type { KeyProblem } from '../keys/api-keys.ts'

/** What the process ends with. Scripts depend on it: a number never changes its meaning. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3, refused: 4, denied: 5, undecided: 6 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_CODES_HELP: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'done'],
  ['1', 'the store, or something else, failed'],
  ['2', 'the command, or a line of what it reads, is not as it should be'],
  ['3', 'there is no such key'],
  ['4', 'refused: the key is there already, is revoked, was replaced or has expired; or nobody confirmed'],
  ['5', 'explain: the request would be denied'],
  ['6', 'explain: it depends on a policy, or a server, that is not asked here'],
]

/** Ends a command, with one line that says why and what to do. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(EXIT.usage, message)
}

export function exitCodeOf({ problem }: KeyProblem): ExitCode {
  if (problem === 'invalid') return EXIT.usage
  return problem === 'not found' ? EXIT.notFound : EXIT.refused
}
