import type { Command } from '../command.ts'
import { check } from './check.ts'
import { list } from './list.ts'

/** `gatewarden routes ...`, in the order of the help. */
export const ROUTE_COMMANDS: readonly Command[] = [check, list]
