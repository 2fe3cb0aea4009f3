import { printable, widthOf } from './printable.ts'

const GAP = '  '

/** A table that is written page by page: its columns are as wide as the widest cell so far. */
export class Table {
  readonly #titles: readonly string[]
  readonly #widths: number[]
  #isBegun = false

  constructor(titles: readonly string[]) {
    this.#titles = titles
    this.#widths = titles.map(widthOf)
  }

  /** The lines of further rows, after the titles at first. Whatever the cells hold, it is safe on a terminal. */
  lines(rows: readonly (readonly string[])[]): string {
    const cells = rows.map((row) => row.map(printable))
    for (const row of cells) {
      for (const [index, cell] of row.entries()) {
        this.#widths[index] = Math.max(this.#widths[index] ?? 0, widthOf(cell))
      }
    }
    const all = this.#isBegun ? cells : [this.#titles, ...cells]
    this.#isBegun = true
    return all.map((row) => `${this.#line(row)}\n`).join('')
  }

  #line(cells: readonly string[]): string {
    const padded = cells.map((cell, index) => cell + ' '.repeat((this.#widths[index] ?? 0) - widthOf(cell)))
    return padded.join(GAP).trimEnd()
  }
}

/** Names and values below each other, such as the fields of one thing. Values are shown whole. */
export function details(entries: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}${GAP}${printable(value)}\n`).join('')
}
