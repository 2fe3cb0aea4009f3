import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerOptions } from '../../lib/authenticate/introspection/options.ts'
import type { IssuerOptions } from '../../lib/authenticate/jwt/issuer.ts'
import { type CodeBlock, codeBlocks } from './markdown.ts'
import { readerProject } from './reader-project.ts'
import type { RepositoryFile } from './repository-files.ts'

type Json = Readonly<Record<string, unknown>>

/** A token's payload, or a server's answer about a token, and what its page says comes of it. */
export interface ProviderExample {
  readonly kind: 'payload' | 'answer'
  readonly line: number
  /** The token's header, where the page shows one: the last that stands before. */
  readonly header: Json | undefined
  readonly claims: Json
  readonly principal: Json | undefined
  /** The word for the log, when it is refused. */
  readonly reason: string | undefined
}

export interface ProviderOptions {
  readonly issuers: readonly IssuerOptions[]
  readonly servers: readonly ServerOptions[]
}

/**
 * The examples of a page about an identity provider. A JSON block is what the line before it says, which ends with
 * "header:", "payload:", "answer:" or "principal:"; after a payload or an answer that is refused stands "Refused: `why`".
 */
export function providerExamples(page: RepositoryFile): readonly ProviderExample[] {
  const examples: ProviderExample[] = []
  let header: Json | undefined
  for (const block of codeBlocks(page).filter(({ language }) => language === 'json')) {
    const { before, after } = around(page, block)
    const kind = /(header|payload|answer|principal):$/.exec(before)?.[1]
    const value = JSON.parse(block.code) as Json
    if (kind === 'header') header = value
    else if (kind === 'principal') {
      const last = examples.pop()
      if (!last || last.principal || last.reason) throw new Error(`${page.path}:${block.line}: the principal of what?`)
      examples.push({ ...last, principal: value })
    } else if (kind === 'payload' || kind === 'answer') {
      const reason = /^Refused: `([^`]+)`/.exec(after)?.[1]
      examples.push({ kind, line: block.line, header, claims: value, principal: undefined, reason })
    }
  }
  return examples
}

/** The options that a page exports in its code, so that what is tested is what is read. */
export async function providerOptions(page: RepositoryFile): Promise<ProviderOptions> {
  const folder = readerProject()
  const blocks = codeBlocks(page).filter(({ language, code }) => language === 'ts' && code.includes('export '))
  const values: unknown[] = []
  for (const { line, code } of blocks) {
    const file = join(folder, `block-${line}.ts`)
    writeFileSync(file, code)
    values.push(...Object.values((await import(pathToFileURL(file).href)) as Json))
  }
  const objects = values.filter((value) => typeof value === 'object' && value !== null)
  return {
    issuers: objects.filter((value) => 'issuer' in value && 'algorithms' in value) as IssuerOptions[],
    servers: objects.filter((value) => 'issuer' in value && 'endpoint' in value) as unknown as ServerOptions[],
  }
}

/** The lines of text next to a block's fences. */
function around({ text }: RepositoryFile, { line, code }: CodeBlock): { before: string; after: string } {
  const lines = text.split('\n')
  const fenceAbove = line - 2
  const fenceBelow = line - 1 + code.split('\n').length - 1
  const isText = (each: string) => each.trim() !== ''
  return {
    before: lines.slice(0, fenceAbove).findLast(isText) ?? '',
    after: lines.slice(fenceBelow + 1).find(isText) ?? '',
  }
}
