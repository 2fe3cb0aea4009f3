import { text } from 'node:stream/consumers'
import { tableOfDocument } from '../../authorize/document/table-of-document.ts'
import { deny, type Policy } from '../../authorize/policy.ts'
import { createRouteTable, type RouteTable } from '../../authorize/route-table.ts'
import { pathCanonicalizer } from '../../request/canonical-path.ts'
import type { Arguments } from '../arguments.ts'
import { usageFailure } from '../exit-code.ts'
import { inputNamed } from '../input.ts'
import type { Io } from '../io.ts'

/** What a table names is given by the program that uses it: here any name will do, and nothing is decided. */
const ANY_POLICY = new Proxy<Record<string, Policy>>(
  {},
  {
    get: (_target, name) => ({ name: `policy ${String(name)}`, decide: () => deny('not decided here') }),
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: undefined }),
  },
)

/**
 * The table in the file that a command is given. @throws CommandFailure that tells file, line and what to do
 */
export async function readRoutes(given: Arguments, io: Io): Promise<RouteTable> {
  const [file = ''] = given.operands
  const name = file === '-' ? 'standard input' : file
  const canonicalize = pathCanonicalizer({ caseSensitive: given.has('case-sensitive') })
  const segmentsOf = (path: string) => canonicalize(path)?.segments
  const content = await read(file, io)
  try {
    const table = tableOfDocument(content, name, ANY_POLICY)
    try {
      return createRouteTable(table.rules, segmentsOf, { roleHierarchy: table.roleHierarchy })
    } catch (error) {
      throw table.located(error)
    }
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
