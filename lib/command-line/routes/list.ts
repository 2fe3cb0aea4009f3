import type { CompiledRule } from '../../authorize/route-rule.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { ListPrinter } from '../list-printer.ts'
import { readRoutes } from './read-routes.ts'
import { ROUTE_OPTIONS, ROUTES_FILE } from './route-options.ts'

export const list: Command = {
  group: 'routes',
  name: 'list',
  summary: 'Show what each route asks for.',
  purpose: `Shows the rules of a table of routes, in the order of the file, and what each asks for, in the order it is asked.
    Which rule governs a request does not depend on that order: the most specific one does. FILE may be - for standard
    input.`,
  usage: ['FILE [options]'],
  operands: ROUTES_FILE,
  options: ROUTE_OPTIONS,
  usesStore: false,
  examples: [
    ['What every route asks for', 'gatewarden routes list routes.yaml'],
    ['The same for a program', 'gatewarden routes list routes.yaml --json'],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const { rules } = await readRoutes(given, io)
  const printer = new ListPrinter(io, 'routes', ['METHODS', 'HOSTS', 'PATH', 'ASKS FOR'], given.has('json'))
  await printer.add(rules.map((rule) => ({ row: rowOf(rule), value: entryOf(rule) })))
  await printer.end()
  return EXIT.done
}

function rowOf({ methods, hosts, path, asks }: CompiledRule): readonly string[] {
  return [methods?.join(',') ?? '*', hosts?.join(',') ?? '*', path, asks.join('; ')]
}

function entryOf({ methods, hosts, path, asks }: CompiledRule): object {
  return { path, ...(methods && { methods }), ...(hosts && { hosts }), asks }
}
