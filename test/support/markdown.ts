import type { RepositoryFile } from './repository-files.ts'

export interface CodeBlock {
  readonly path: string
  /** The line of its first line of code, from 1. */
  readonly line: number
  readonly language: string
  /** What follows the language after a space: `run`. */
  readonly mark: string
  readonly code: string
}

const FENCE = /^( *)(`{3,}) *([^`\n]*)\n(?:([\s\S]*?)\n)?\1\2 *$/gm

/** The fenced code of a document. */
export function codeBlocks({ path, text }: RepositoryFile): readonly CodeBlock[] {
  return [...text.matchAll(FENCE)].map(({ index, 1: indent = '', 3: info = '', 4: body = '' }) => {
    const [language = '', ...marks] = info.trim().split(/\s+/)
    const code = body.split('\n').map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    return { path, line: lineAt(text, index) + 1, language, mark: marks.join(' '), code: `${code.join('\n')}\n` }
  })
}

export interface Link {
  readonly path: string
  readonly line: number
  readonly target: string
}

/** The targets of a document's inline links and images, outside of code. */
export function links({ path, text }: RepositoryFile): readonly Link[] {
  const prose = text.replace(FENCE, blank).replace(/`[^`\n]+`/g, blank)
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(({ index, 1: target = '' }) => {
    return { path, line: lineAt(prose, index), target }
  })
}

/** The fragments that a document's headings can be linked by, as GitHub makes them. */
export function anchors({ text }: RepositoryFile): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [, heading = ''] of text.replace(FENCE, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const name = anchorOf(heading)
    let unique = name
    for (let count = 1; names.has(unique); count++) unique = `${name}-${count}`
    names.add(unique)
  }
  return names
}

function anchorOf(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
  return words.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
}

function blank(code: string): string {
  return code.replace(/[^\n]/g, ' ')
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
