import type { Channel } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { MAX_DELAY_MS, type Schedule, systemSchedule } from '../effects.ts'
import { eventChannel } from '../event-channel.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber, assertString, invalidOption } from '../options.ts'
import { emitWarning, type Warn } from '../warning.ts'
import type { DocumentedTable } from './document/documented-table.ts'
import { assertNames, type RouteNames } from './document/names.ts'
import type { NamedPolicies } from './document/policies.ts'
import { tableOfDocument } from './document/table-of-document.ts'
import { headersSetBy } from './policy-headers.ts'
import type { RouteSource, RouteTableDefinition } from './route-source.ts'
import { watchText } from './watched-text.ts'

/** `networks` and `times`: what the program knows better than the file, such as from its environment. */
export interface RoutesFileOptions extends RouteNames {
  /** What rules name in `policy`. */
  readonly policies?: NamedPolicies
  /**
   * How often the file is looked at for changes; `false` for never. Default 5. A changed file is taken once it stays as it is, a
   * fifth of a second later.
   */
  readonly reloadSeconds?: number | false
  /** Hears when a changed file is refused. Default: a warning of the process. */
  readonly warn?: Warn
  readonly schedule?: Schedule
}

/** A route table in a file. Give it to a boundary as `routes`. */
export interface RoutesFile extends RouteSource {
  /**
   * Looks at the file now, whatever the time, and takes it as it is.
   * @returns whether its table is in force; `false` when it cannot be read or is refused, and the one before stays
   */
  reload(): Promise<boolean>
  /** No longer looks at the file. The table stays in force. */
  close(): void
}

/** A changed file, published on the diagnostics channel `gatewarden:routes`. */
export interface RoutesEvent {
  readonly file: string
  /** `refused`: the table before it stays in force. */
  readonly outcome: 'loaded' | 'refused'
  /** Why it was refused, with file and line. */
  readonly problem: string | undefined
  /** How many rules are in force. */
  readonly rules: number
}

export const routesEvents: Channel = eventChannel('gatewarden:routes')

type Prepare = (definition: RouteTableDefinition) => () => void

/**
 * Reads a route table from a YAML or JSON file, and again when it changes. A changed file whose table is bad changes nothing,
 * and is told. Of several boundaries that use it, all take a new table, or none does.
 * @throws TypeError that tells file, line and what to do; the boundary throws it for what only shows when it is compiled
 */
export function routesFromFile(file: string, options: RoutesFileOptions = {}): RoutesFile {
  assertOptions(file, options)
  const { policies = {}, networks, times, reloadSeconds = 5, warn = emitWarning, schedule = systemSchedule } = options
  const names = { ...(networks && { networks }), ...(times && { times }) }
  const followers: Prepare[] = []
  let text = readNow(file)
  let table = tableOfDocument(text, file, policies, names)
  let reading: Promise<string | TypeError> | undefined

  function take(changed: string): void {
    if (changed === text) return
    const next = tableOfDocument(changed, file, policies, names)
    const commits = followers.map((prepare) => prepared(prepare, next))
    for (const commit of commits) commit()
    text = changed
    table = next
    routesEvents.publish(event(file, table, undefined))
  }

  let refused = ''
  function refuse(error: unknown): boolean {
    const problem = error instanceof Error ? error.message : String(error)
    // A file that stays bad is told of once.
    if (problem !== refused) {
      quietly(warn, `${problem}; the routes before it stay in force`)
      routesEvents.publish(event(file, table, problem))
    }
    refused = problem
    return false
  }

  function read(): Promise<string | TypeError> {
    reading ??= readLater(file).finally(() => {
      reading = undefined
    })
    return reading
  }

  function judge(found: string | TypeError): boolean {
    try {
      if (typeof found !== 'string') throw found
      take(found)
    } catch (error) {
      return refuse(error)
    }
    refused = ''
    return true
  }

  const everyMs = reloadSeconds === false ? undefined : reloadSeconds * 1000
  const close =
    everyMs === undefined ? () => undefined : watchText({ read, first: text, everyMs, settled: judge, schedule })

  return {
    setsHeaders: headersSetBy(Object.values(policies)),
    follow(prepare) {
      prepared(prepare, table)()
      followers.push(prepare)
    },
    reload: async () => judge(await read()),
    close,
  }
}

function prepared(prepare: Prepare, table: DocumentedTable): () => void {
  try {
    return prepare(table)
  } catch (error) {
    throw table.located(error)
  }
}

function event(file: string, { rules }: RouteTableDefinition, problem: string | undefined): RoutesEvent {
  return { file, outcome: problem === undefined ? 'loaded' : 'refused', problem, rules: rules.length }
}

/** Whoever hears a warning cannot keep the file from being looked at again. */
function quietly(warn: Warn, message: string): void {
  try {
    warn(message)
  } catch {
    // There is nobody else to tell.
  }
}

async function readLater(file: string): Promise<string | TypeError> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    return new TypeError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function readNow(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new TypeError(`${file}: cannot be read (${code}); is its name right?`)
  }
}

function assertOptions(file: string, options: RoutesFileOptions): void {
  assertString('routesFromFile', 'file', file)
  assertKnownKeys('routesFromFile', options, ['policies', 'networks', 'times', 'reloadSeconds', 'warn', 'schedule'])
  const { policies = {}, reloadSeconds, warn, schedule } = options
  assertNames('routesFromFile', options)
  if (reloadSeconds !== undefined && reloadSeconds !== false) {
    const most = Math.floor(MAX_DELAY_MS / 1000)
    assertPositiveNumber('routesFromFile', 'reloadSeconds', reloadSeconds, Number.MIN_VALUE, most)
  }
  if (warn !== undefined) assertFunction('routesFromFile', 'warn', warn)
  if (schedule !== undefined) assertFunction('routesFromFile', 'schedule', schedule)
  for (const [name, policy] of Object.entries(policies)) {
    if (typeof policy?.decide !== 'function')
      throw invalidOption('routesFromFile', `"policies.${name}" must be a policy`)
  }
}
