import { assertStrings, invalidOption } from '../../options.ts'
import type { RequestView } from '../../request-view.ts'

/** Where clients think they send a request. */
export interface Origin {
  /** Such as `https://api.example.com`. */
  readonly url: string
  readonly scheme: string
  /** Lower-case, without the port that the scheme implies: RFC 9421 §2.2.3. */
  readonly authority: string
}

/** The origin that a request is for; `undefined` when it is for none of ours. */
export type OriginOf = (request: Pick<RequestView, 'authority'>) => Origin | undefined

/**
 * The origins that clients sign for. `Host` chooses among them, and makes none: a request for another host has no origin.
 * @throws TypeError when an origin is none, or two differ in their scheme alone
 */
export function signedOrigins(factory: string, origins: unknown): OriginOf {
  assertStrings(factory, 'origins', origins)
  const byAuthority = new Map<string, Origin>()
  for (const each of origins) {
    const origin = readOrigin(factory, each)
    if (byAuthority.has(origin.authority)) {
      throw invalidOption(factory, `"origins" holds two of ${origin.authority}: a host has one scheme`)
    }
    byAuthority.set(origin.authority, origin)
  }
  return ({ authority }) => {
    const sent = authority.toLowerCase()
    const known = byAuthority.get(sent)
    if (known) return known
    const end = sent.lastIndexOf(':')
    const port = end === -1 ? '' : sent.slice(end)
    const origin = port === ':443' || port === ':80' ? byAuthority.get(sent.slice(0, end)) : undefined
    return origin && port === (origin.scheme === 'https' ? ':443' : ':80') ? origin : undefined
  }
}

function readOrigin(factory: string, text: string): Origin {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOrigin = url !== undefined && (text === url.origin || text === `${url.origin}/`)
  if (!isOrigin || !/^https?:$/.test(url.protocol)) {
    throw invalidOption(factory, `"origins" holds "${text}"; an origin is like https://api.example.com`)
  }
  return { url: url.origin, scheme: url.protocol.slice(0, -1), authority: url.host }
}
