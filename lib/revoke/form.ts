/** The parameters of a form, each once. */
export type Form = ReadonlyMap<string, string>

/**
 * Reads a form (`application/x-www-form-urlencoded`), given as text or as a parser before has read it.
 * @returns `undefined` when a parameter is there twice (RFC 6749 §3.2): which of the two counts is anybody's guess
 */
export function readForm(body: unknown): Form | undefined {
  const entries = typeof body === 'string' ? [...new URLSearchParams(body)] : Object.entries(body ?? {})
  const form = new Map<string, string>()
  for (const [name, value] of entries) {
    if (typeof value !== 'string' || form.has(name)) return undefined
    form.set(name, value)
  }
  return form
}
