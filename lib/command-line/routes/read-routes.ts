import { text } from 'node:stream/consumers'
import type { DocumentedTable } from '../../authorize/document/documented-table.ts'
import type { NamedPolicies } from '../../authorize/document/policies.ts'
import { tableOfDocument } from '../../authorize/document/table-of-document.ts'
import { type Decision, deny, type Policy } from '../../authorize/policy.ts'
import { createRouteTable, type RouteTable } from '../../authorize/route-table.ts'
import { pathCanonicalizer } from '../../request/canonical-path.ts'
import type { Arguments } from '../arguments.ts'
import { usageFailure } from '../exit-code.ts'
import { inputNamed } from '../input.ts'
import type { Io } from '../io.ts'

/** What a table names is given by the program that uses it: here any name will do. @param decide stands for all of them */
export function anyPolicy(decide: (name: string) => Decision): NamedPolicies {
  return new Proxy<Record<string, Policy>>(
    {},
    {
      get: (_target, name) => ({ name: `policy ${String(name)}`, decide: () => decide(String(name)) }),
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: undefined }),
    },
  )
}

/** Nothing is decided. */
const UNDECIDED = anyPolicy(() => deny('not decided here'))

/**
 * The table in the file that a command is given. @throws CommandFailure that tells file, line and what to do
 */
export async function readRoutes(given: Arguments, io: Io): Promise<RouteTable> {
  const [file = ''] = given.operands
  const canonicalize = pathCanonicalizer({ caseSensitive: given.has('case-sensitive') })
  const segmentsOf = (path: string) => canonicalize(path)?.segments
  return usingTable(await readTable(file, io, UNDECIDED), ({ rules, roleHierarchy }) =>
    createRouteTable(rules, segmentsOf, { roleHierarchy }),
  )
}

/** A table as it is written. @throws CommandFailure that tells file, line and what to do */
export async function readTable(file: string, io: Io, policies: NamedPolicies): Promise<DocumentedTable> {
  const content = await read(file, io)
  return asUsage(() => tableOfDocument(content, file === '-' ? 'standard input' : file, policies))
}

/** What is made of a table. @throws CommandFailure that tells file, line and what to do, when a rule is at fault */
export function usingTable<T>(table: DocumentedTable, make: (table: DocumentedTable) => T): T {
  return asUsage(() => {
    try {
      return make(table)
    } catch (error) {
      throw table.located(error)
    }
  })
}

function asUsage<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof TypeError ? usageFailure(error.message) : error
  }
}

async function read(file: string, io: Io): Promise<string> {
  try {
    return await text(inputNamed(file, io))
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw usageFailure(`${file}: cannot be read (${code}); is its name right?`)
  }
}
