import type { Command } from '../command.ts'
import { create } from './create.ts'
import { importKeys } from './import.ts'
import { list } from './list.ts'
import { revoke } from './revoke.ts'
import { rotate } from './rotate.ts'
import { show } from './show.ts'
import { stale } from './stale.ts'

/** `gatewarden keys …`, in the order of the help. */
export const KEY_COMMANDS: readonly Command[] = [create, importKeys, list, show, rotate, revoke, stale]
