import { isAlias, LineCounter, parseDocument, visit } from 'yaml'

/** A key of an object or an index of a list, from the root on. */
export type Place = readonly (string | number)[]

/** A document, and where in its text things stand. */
export interface LocatedDocument {
  readonly value: unknown
  /** An error for what stands at a place; the message begins with file and line. */
  problem(place: Place, message: string): TypeError
}

/** Longer ones are none. */
const MAX_LENGTH = 16_000_000

/**
 * Reads YAML, or JSON, which is YAML. Keys that come twice, aliases, tags and older versions are refused: what two readers could read
 * differently has no place in a table of who may do what.
 * @throws TypeError that tells file, line and what to do
 */
export function readDocument(text: string, file: string): LocatedDocument {
  if (text.length > MAX_LENGTH) throw new TypeError(`${file}: is longer than ${MAX_LENGTH} characters`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true, merge: false })
  const at = (offset: number, message: string) => new TypeError(`${file}:${lines.linePos(offset).line}: ${message}`)
  const [error] = [...document.errors, ...document.warnings]
  if (error) throw at(error.pos[0], oneLine(error.message))
  // In 1.1, `no` is a truth value, `09:00` a number, and `<<` takes in what stands elsewhere.
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    throw new TypeError(`${file}:1: is YAML ${document.directives.yaml.version}; only 1.2 is understood here`)
  }
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) throw at(node.range?.[0] ?? 0, 'aliases are not understood here; write it out')
    },
  })
  return {
    value: document.toJS(),
    problem(place, message) {
      for (let length = place.length; length >= 0; length--) {
        const node = length === 0 ? document.contents : document.getIn(place.slice(0, length), true)
        const range = (node as { range?: readonly number[] } | null | undefined)?.range
        if (range) return at(range[0] ?? 0, message)
      }
      return new TypeError(`${file}: ${message}`)
    },
  }
}

/** The parser shows the place in further lines. */
function oneLine(message: string): string {
  return message.split(/ at line \d+|\n/, 1)[0] ?? message
}
