import type { Command } from '../command.ts'
import { create } from './create.ts'
import { list } from './list.ts'
import { revoke } from './revoke.ts'
import { rotate } from './rotate.ts'
import { sign } from './sign.ts'

/** `gatewarden secrets …` and `gatewarden sign`, in the order of the help. */
export const SECRET_COMMANDS: readonly Command[] = [create, rotate, revoke, list, sign]
