import type { CommandOptions, Operands } from '../command.ts'

export const ROUTES_FILE: Operands = { name: 'FILE', least: 1, most: 1 }

export const ROUTE_OPTIONS: CommandOptions = {
  'case-sensitive': { help: 'Tell /Orders from /orders, as a boundary with path.caseSensitive does.' },
}
