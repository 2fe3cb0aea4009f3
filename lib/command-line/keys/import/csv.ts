/** The cells of a line of CSV (RFC 4180); `undefined` when a quote is not closed, or out of place. */
export function csvCells(line: string): readonly string[] | undefined {
  const cells: string[] = []
  let rest = line
  for (;;) {
    const match = /^\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/.exec(rest)
    if (!match) return undefined
    cells.push(match[1] === undefined ? (match[2] ?? '').trim() : match[1].replaceAll('""', '"'))
    if (match[3] === '') return cells
    rest = rest.slice(match[0].length)
  }
}
