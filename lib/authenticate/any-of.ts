import { invalidOption } from '../options.ts'
import type { RequestView } from '../request-view.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  allIssuers,
  type CredentialSource,
  malformed,
} from './authenticator.ts'
import { readCredential } from './credential.ts'
import { rehearsalOf, rehearse } from './rehearsal.ts'

/**
 * One of several credentials. Which authenticator speaks is decided by what is presented, not by who succeeds: the one
 * whose credential is there answers, and a bad credential is not rescued by another. Two of them at once are ambiguous:
 * 400. A client's certificate comes with every request of its connection: it speaks when nothing else is presented.
 * @throws TypeError when two authenticators read the same credential, or `anonymous()` isn't last
 */
export function anyOf(first: Authenticator, ...others: Authenticator[]): Authenticator {
  const parts = [first, ...others]
  assertDistinctSources(parts)
  const ambient = parts.filter((part) => part.isPresented)
  const speakers = parts.filter((part) => part.sources.length > 0 && !part.isPresented)
  const withoutSource = parts.filter((part) => part.sources.length === 0 && !part.isPresented)
  const fallback = withoutSource[0]
  if (withoutSource.length > 1 || (fallback && parts.at(-1) !== fallback)) {
    throw invalidOption('anyOf', 'anonymous() accepts whatever is left, so there is one, and it comes last')
  }
  const speakerOf = (request: RequestView) =>
    onlyPresented(request, speakers) ?? onlyPresented(request, ambient) ?? fallback
  return {
    method: 'any-of',
    challenges: parts.flatMap((part) => part.challenges),
    sources: parts.flatMap((part) => part.sources),
    urlParameters: parts.flatMap((part) => part.urlParameters),
    issuers: allIssuers(parts),
    parts,
    authenticate(request, freshly) {
      const speaker = speakerOf(request)
      if (speaker === 'several') return ambiguous()
      return speaker ? speaker.authenticate(request, freshly) : ABSENT
    },
    rehearse(request, freshly) {
      const speaker = speakerOf(request)
      if (speaker === 'several') return rehearsalOf(ambiguous())
      return speaker ? rehearse(speaker, request, freshly) : rehearsalOf(ABSENT)
    },
  }
}

function ambiguous(): Authentication {
  return malformed({ reason: 'two credentials', detail: 'Present one credential, not several.' })
}

/** The one whose credential is there. */
function onlyPresented(request: RequestView, parts: readonly Authenticator[]): Authenticator | 'several' | undefined {
  let presented: Authenticator | undefined
  for (const part of parts) {
    if (!isPresented(request, part)) continue
    if (presented) return 'several'
    presented = part
  }
  return presented
}

function isPresented(request: RequestView, part: Authenticator): boolean {
  if (part.isPresented) return part.isPresented(request)
  for (const source of part.sources) {
    if (readCredential(request, source) !== undefined) return true
  }
  return false
}

function assertDistinctSources(parts: readonly Authenticator[]): void {
  const taken = new Set<string>()
  for (const part of parts) {
    const own = new Map(part.sources.map((source) => [nameOf(source).toLowerCase(), nameOf(source)]))
    for (const [key, name] of own) {
      if (taken.has(key))
        throw invalidOption('anyOf', `two authenticators read "${name}"; no credential is tried twice`)
      taken.add(key)
    }
  }
}

function nameOf({ header, scheme }: CredentialSource): string {
  return scheme === undefined ? header : `${header}: ${scheme}`
}
