import type { Command } from '../command.ts'
import { list } from './list.ts'
import { REVOKE_COMMANDS } from './revoke.ts'

/** `gatewarden revoke …` and `gatewarden revocations …`, in the order of the help. */
export const REVOCATION_COMMANDS: readonly Command[] = [...REVOKE_COMMANDS, list]
