import { isJsonObject } from '../../../json-object.ts'
import { KEY_FIELDS } from '../../../keys/key-fields.ts'
import { didYouMean } from '../../../suggestion.ts'
import { usageFailure } from '../../exit-code.ts'
import { textLines } from '../../input.ts'
import { fieldOfColumn } from './columns.ts'
import { csvCells } from './csv.ts'

/** A line that says what a key is, or why it doesn't. */
export type ImportLine =
  | { readonly line: number; readonly values: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly detail: string }

type Reader = (text: string) => Readonly<Record<string, unknown>> | string

/**
 * Reads JSON lines, CSV with a header, or a list without: the first line tells which. Empty lines are left out.
 * @param secret what the lines hold
 * @throws CommandFailure when the first line is none of these, or the file cannot be read
 */
export async function* importLines(input: NodeJS.ReadableStream, secret: 'hash' | 'key'): AsyncGenerator<ImportLine> {
  let read: Reader | undefined
  let line = 0
  for await (const text of textLines(input)) {
    line++
    if (text.trim() === '') continue
    if (read === undefined) {
      const header = text.startsWith('{') ? undefined : headerOf(text, secret)
      read = readerOf(text, header, secret)
      if (header !== undefined) continue
    }
    const values = read(text)
    yield typeof values === 'string' ? { line, detail: values } : { line, values }
  }
}

/** The fields of a header's columns; `undefined` when the line is none. */
function headerOf(text: string, secret: string): readonly string[] | undefined {
  const columns = csvCells(text)?.map(fieldOfColumn)
  if (!columns?.includes(secret)) return undefined
  const known = [secret, ...KEY_FIELDS]
  const unknown = columns.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, known) || ` The columns: ${known.join(', ')}.`
    throw usageFailure(`column ${columns.indexOf(unknown) + 1} of the header is not known.${hint}`)
  }
  if (new Set(columns).size !== columns.length) throw usageFailure('the header names one column twice')
  return columns
}

function readerOf(first: string, header: readonly string[] | undefined, secret: 'hash' | 'key'): Reader {
  if (first.startsWith('{')) return (text) => jsonValues(text, secret)
  if (header !== undefined) return (text) => csvValues(text, header)
  if (first.includes(',')) throw usageFailure(`CSV begins with a header that names a column ${secret}`)
  return (text) =>
    text.includes(',') ? 'there is a comma: this is not a list of one a line' : { [secret]: text.trim() }
}

function jsonValues(text: string, secret: string): ReturnType<Reader> {
  try {
    const value: unknown = JSON.parse(text)
    if (!isJsonObject(value)) return 'this is no JSON object'
    const entries = Object.entries(value).map(([name, each]) => [fieldOfColumn(name), each] as const)
    const unknown = entries.find(([name]) => name !== secret && !KEY_FIELDS.includes(name))
    if (!unknown) return Object.fromEntries(entries)
    return `there is a member that is not known.${didYouMean(unknown[0], [secret, ...KEY_FIELDS])}`
  } catch {
    return 'this is no JSON'
  }
}

function csvValues(text: string, header: readonly string[]): ReturnType<Reader> {
  const cells = csvCells(text)
  if (!cells) return 'a quote is not closed, or out of place'
  if (cells.length !== header.length) return `there are ${cells.length} cells, and ${header.length} columns`
  return Object.fromEntries(header.map((field, index) => [field, cells[index]]))
}
