import { invalidOption } from '../options.ts'

/**
 * One segment of a route's path: a literal; one segment of any text (`:name` or `*`); or any number of segments, none
 * included (`**`, last only).
 */
export type PatternSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'rest' }

const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Reads a path pattern.
 * @param canonicalSegments a literal path's segments, as requests' paths are read; `undefined` when it is not canonical
 * @throws TypeError for what no canonical path could match
 */
export function parsePattern(
  pattern: unknown,
  canonicalSegments: (path: string) => readonly string[] | undefined,
): readonly PatternSegment[] {
  if (typeof pattern !== 'string' || !pattern.startsWith('/')) throw invalidPattern(pattern, 'it must begin with "/"')
  const pieces = pattern === '/' ? [] : pattern.slice(1).split('/')
  if (pieces.at(-1) === '') pieces.pop()
  return pieces.map((piece, index) => {
    if (piece === '**') {
      if (index === pieces.length - 1) return { kind: 'rest' }
      throw invalidPattern(pattern, '"**" stands for all that follows, so it comes last')
    }
    if (piece === '*' || PARAMETER.test(piece)) return { kind: 'one' }
    if (piece.includes('*') || piece.startsWith(':'))
      throw invalidPattern(pattern, '"*" and ":name" stand for a whole segment')
    const [text, ...rest] = canonicalSegments(`/${piece}`) ?? []
    if (text === undefined || rest.length > 0) throw invalidPattern(pattern, 'no canonical path could match it')
    return { kind: 'literal', text }
  })
}

/** Where the `:name` segments of a path are, counted from 0. @throws TypeError for a name that comes twice */
export function parametersOf(pattern: string): ReadonlyMap<string, number> {
  const parameters = new Map<string, number>()
  for (const [index, piece] of pattern.slice(1).split('/').entries()) {
    if (!PARAMETER.test(piece)) continue
    const name = piece.slice(1)
    if (parameters.has(name)) throw invalidPattern(pattern, `it names two segments "${piece}"`)
    parameters.set(name, index)
  }
  return parameters
}

function invalidPattern(pattern: unknown, problem: string): TypeError {
  return invalidOption('routes', `"path" ${JSON.stringify(pattern)}: ${problem}`)
}
