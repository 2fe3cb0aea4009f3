/** Turns whatever comes into one of a few values. */
export type Label = (value: string | undefined) => string

/** What is not there. */
export const NONE = 'none'
/** What is not among the known, or comes when there is no more room. */
export const OTHER = 'other'

export function knownLabel(known: readonly string[]): Label {
  const values = new Set(known)
  return (value) => (value === undefined ? NONE : values.has(value) ? value : OTHER)
}

/** The first `most` values that come keep their names. */
export function cappedLabel(most: number): Label {
  const values = new Set<string>()
  return (value) => {
    if (value === undefined) return NONE
    if (values.has(value)) return value
    if (values.size >= most) return OTHER
    values.add(value)
    return value
  }
}
