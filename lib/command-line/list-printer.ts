import type { Io } from './io.ts'
import { printableJson } from './printable.ts'
import { Table } from './table.ts'

interface Entry {
  /** For people. */
  readonly row: readonly string[]
  /** For programs. */
  readonly value: unknown
}

/** So many rows are gathered before they are written, so that a table of a few pages is one in its widths too. */
const BATCH = 1_000

/** Prints things as they come: a table, or the JSON `{"keys": […], "next": …}`. It never holds many. */
export class ListPrinter {
  readonly #io: Io
  readonly #begin: string
  readonly #table: Table
  readonly #isJson: boolean
  #rows: (readonly string[])[] = []
  count = 0

  /** @param name of the list in JSON, such as `keys` */
  constructor(io: Io, name: string, columns: readonly string[], isJson: boolean) {
    this.#io = io
    this.#begin = `{"${name}":[`
    this.#table = new Table(columns)
    this.#isJson = isJson
  }

  async add(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    if (this.#isJson) {
      const items = entries.map(
        ({ value }, index) => `${this.count + index === 0 ? '' : ','}\n${printableJson(value, 0)}`,
      )
      await this.#io.print((this.count === 0 ? this.#begin : '') + items.join(''))
    } else {
      this.#rows.push(...entries.map(({ row }) => row))
      if (this.#rows.length >= BATCH) await this.#flush()
    }
    this.count += entries.length
  }

  /** @param next where the next page begins, if there is one */
  async end(next?: string): Promise<void> {
    if (!this.#isJson) return this.#flush()
    const begin = this.count === 0 ? this.#begin : '\n'
    await this.#io.print(`${begin}]${next === undefined ? '' : `,"next":${printableJson(next)}`}}\n`)
  }

  async #flush(): Promise<void> {
    const rows = this.#rows
    this.#rows = []
    if (rows.length > 0) await this.#io.print(this.#table.lines(rows))
  }
}
