import type { ForwardedHeaders } from '../forwarded-headers.ts'
import { isToken } from '../header-name.ts'
import type { Principal } from '../principal.ts'
import type { RawRequest } from '../request-view.ts'
import type { Admitted } from '../stages.ts'
import type { ExplainedPrincipal, RemovedHeader, UpstreamHeader } from './explanation.ts'
import { REMOVED } from './secrets.ts'

/** Headers of clients whose values tell nothing secret. */
const HARMLESS = new Set([
  ...['host', 'accept', 'accept-encoding', 'accept-language', 'content-type', 'content-length', 'transfer-encoding'],
])
/** Headers of ours, besides the identity. */
const OURS = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'connection', 'upgrade'])
const NAME = /^[\w.[\]-]{1,40}$/
/** What begins a query or a fragment, or parameters of a segment, where session ids are; spelled plainly or encoded, however often. */
const PARAMETERS = /[?#;]|%(?:25)*(?:3f|23|3b)/i

/** A path without what could be parameters. What is none, such as an absolute URL with a password, is not shown. */
export function shownPath(target: string): string {
  if (!target.startsWith('/')) return REMOVED
  const start = target.search(PARAMETERS)
  if (start === -1) return target
  return target[start] === '?' ? target.slice(0, start) : target.slice(0, start) + REMOVED
}

/** The names of a query's parameters, each once. */
export function shownQuery(target: string): readonly string[] {
  const start = target.indexOf('?')
  if (start === -1) return []
  const names = target
    .slice(start + 1)
    .split('&')
    .map((pair) =>
      pair.includes('=') && NAME.test(pair.slice(0, pair.indexOf('='))) ? pair.slice(0, pair.indexOf('=')) : REMOVED,
    )
  return [...new Set(names)]
}

function shownName(name: string): string {
  return name.length <= 64 && isToken(name) ? name.toLowerCase() : REMOVED
}

/** What of a request's headers goes no further. @param sources lower-case names that authenticators read */
export function removedHeaders(
  { rawHeaders }: RawRequest,
  { headers }: ForwardedHeaders,
  sources: readonly string[],
): readonly RemovedHeader[] {
  const removed = new Map<string, RemovedHeader>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase()
    if (Object.hasOwn(headers, name)) continue
    removed.set(name, { name: shownName(name), why: sources.includes(name) ? 'credential' : 'not for clients' })
  }
  return [...removed.values()]
}

/** What goes upstream: the client's first, then ours. */
export function upstreamHeaders(
  { rawHeaders }: ForwardedHeaders,
  { admitted, ofClient }: { readonly admitted: Admitted; readonly ofClient: ForwardedHeaders },
  managed: readonly string[],
): readonly UpstreamHeader[] {
  const identity = new Set(managed.map((name) => name.toLowerCase()))
  const clientEnd = ofClient.rawHeaders.length
  const shown: UpstreamHeader[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase()
    const from = index < clientEnd ? 'client' : 'gateway'
    const isShown = from === 'client' ? HARMLESS.has(name) : identity.has(name) || OURS.has(name)
    const sent = rawHeaders[index + 1] as string
    const value = sent === admitted.request.id ? '(new for each request)' : sent
    shown.push({ name: shownName(name), value: isShown ? value : undefined, from })
  }
  return shown
}

export function shownPrincipal(principal: Principal): ExplainedPrincipal {
  const { claims: _claims, ...shown } = principal
  return shown
}
