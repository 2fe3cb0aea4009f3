const ENOUGH = 0.55

/** The known word that a mistyped one is most like. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let most = ENOUGH
  for (const candidate of known) {
    const likeness = likenessOf(word.toLowerCase(), candidate.toLowerCase())
    if (likeness < most) continue
    best = candidate
    most = likeness
  }
  return best
}

export function didYouMean(word: string, known: readonly string[], before: string = ''): string {
  const likely = suggestion(word, known)
  return likely === undefined ? '' : ` Did you mean ${before}${likely}?`
}

/** From 0 to 1: the share of letters, and of pairs of neighbouring letters, that both have. */
function likenessOf(a: string, b: string): number {
  if (a.length > 1 && b.startsWith(a)) return 1
  return (shared([...a], [...b]) + shared(pairs(a), pairs(b))) / 2
}

function pairs(word: string): readonly string[] {
  return Array.from({ length: Math.max(0, word.length - 1) }, (_, index) => word.slice(index, index + 2))
}

function shared(a: readonly string[], b: readonly string[]): number {
  const rest = [...b]
  const both = a.filter((piece) => {
    const index = rest.indexOf(piece)
    if (index >= 0) rest.splice(index, 1)
    return index >= 0
  })
  return (2 * both.length) / Math.max(1, a.length + b.length)
}
