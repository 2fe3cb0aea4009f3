import type { Command } from '../command.ts'
import { explain } from './explain.ts'

/** `gatewarden explain`. */
export const EXPLAIN_COMMANDS: readonly Command[] = [explain]
