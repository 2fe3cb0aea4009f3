import { createHash } from 'node:crypto'
import { toHex } from '../der-values.ts'
import { readEscapedPem, writtenChain } from './escaped-pem.ts'
import type { ForwardFormat, WrittenCertificate } from './format.ts'

const HEADER = 'x-forwarded-client-cert'

/** Keys and values of one element; keys are lower-case, and `uri` and `dns` may repeat. */
export type ForwardedElement = readonly (readonly [key: string, value: string])[]

const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;=\\]*))(?=[,;]|$)/y

/** Reads `X-Forwarded-Client-Cert`: an element per proxy, with values that may be quoted. */
export function parseForwardedElements(field: string): readonly ForwardedElement[] | undefined {
  const elements: [string, string][][] = [[]]
  for (let position = 0; position <= field.length; position++) {
    PAIR.lastIndex = position
    const [all, key = '', quoted, plain = ''] = PAIR.exec(field) ?? []
    if (all === undefined) return undefined
    elements.at(-1)?.push([key.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain])
    position += all.length
    if (field[position] === ',') {
      elements.push([])
      // White space around elements, which some proxies add.
      while (field[position + 1] === ' ') position++
    }
  }
  return elements
}

/** The last element is that of the proxy before us; those before it were handed to it by others. */
export const envoy: ForwardFormat = {
  headers: [HEADER],
  read(field) {
    const element = parseForwardedElements(field(HEADER) ?? '')?.at(-1)
    return element && readElement(element)
  },
}

function readElement(element: ForwardedElement): WrittenCertificate | undefined {
  const only = (key: string) => {
    const values = element.flatMap(([found, value]) => (found === key ? [value] : []))
    return values.length > 1 ? 'several' : values[0]
  }
  const [cert, chain, hash] = [only('cert'), only('chain'), only('hash')]
  if ([cert, chain, hash].includes('several')) return undefined
  const written = writtenChain(chain === undefined ? undefined : readEscapedPem(chain))
  const single = cert === undefined ? undefined : readEscapedPem(cert)
  if ((chain !== undefined && !written) || (cert !== undefined && single?.length !== 1)) return undefined
  const leaf = single?.[0] ?? written?.leaf
  if (!leaf) return undefined
  const isConsistent = !written || toHex(written.leaf) === toHex(leaf)
  const isHashed = hash === undefined || hash.toLowerCase() === createHash('sha256').update(leaf).digest('hex')
  return isConsistent && isHashed ? { leaf, others: written?.others ?? [] } : undefined
}
