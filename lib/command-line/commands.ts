import type { Command } from './command.ts'
import { EXPLAIN_COMMANDS } from './explain/commands.ts'
import { KEY_COMMANDS } from './keys/commands.ts'
import { REVOCATION_COMMANDS } from './revocations/commands.ts'
import { ROUTE_COMMANDS } from './routes/commands.ts'
import { SECRET_COMMANDS } from './secrets/commands.ts'

/** All of the program, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  ...KEY_COMMANDS,
  ...REVOCATION_COMMANDS,
  ...SECRET_COMMANDS,
  ...ROUTE_COMMANDS,
  ...EXPLAIN_COMMANDS,
]
