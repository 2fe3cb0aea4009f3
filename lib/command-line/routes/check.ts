import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printableJson } from '../printable.ts'
import { readRoutes } from './read-routes.ts'
import { ROUTE_OPTIONS, ROUTES_FILE } from './route-options.ts'

export const check: Command = {
  group: 'routes',
  name: 'check',
  summary: 'Tell whether a table of routes is as it should be.',
  purpose: `Reads a table of routes in YAML or JSON, or an OpenAPI document, as a gateway does when it starts, and tells the first mistake with its
    line and a remedy: what cannot be read, rules that govern the same requests, rules that govern none, operations without security. FILE may be - for
    standard input. Policies are not asked, and any name of one will do.`,
  usage: ['FILE [options]'],
  operands: ROUTES_FILE,
  options: ROUTE_OPTIONS,
  usesStore: false,
  examples: [
    ['Before a table is rolled out', 'gatewarden routes check routes.yaml'],
    ['An OpenAPI document', 'gatewarden routes check openapi.yaml'],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const { rules } = await readRoutes(given, io)
  const open = rules.filter(({ isPublic }) => isPublic).length
  const text = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, ${open} public. What no rule names is denied.`
  await io.print(`${given.has('json') ? printableJson({ rules: rules.length, public: open }) : text}\n`)
  return EXIT.done
}
