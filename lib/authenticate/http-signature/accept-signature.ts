import { serializeDictionary } from 'structured-headers'

const LABEL = /^[a-z*][a-z0-9_\-.*]*$/

/** `Accept-Signature` (RFC 9421 §5.1): what a signature must cover and tell. */
export function acceptSignature(components: readonly string[], tag: string | undefined): string {
  const parameters = new Map<string, string | true>([['created', true]])
  if (tag !== undefined) parameters.set('tag', tag)
  // With two authenticators, and so two tags, both are members of one dictionary.
  const label = tag !== undefined && LABEL.test(tag) ? tag : 'sig'
  return serializeDictionary(new Map([[label, [components.map((name) => [name, new Map()]), parameters]]]))
}
