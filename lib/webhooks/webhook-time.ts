/** Whole seconds since 1970, in one spelling: a sign, a fraction or a zero before it would be another text to sign. */
const SECONDS = /^[1-9]\d{0,11}$/

/** Epoch seconds; `undefined` for anything else. */
export function epochSeconds(text: string | undefined): number | undefined {
  return text !== undefined && SECONDS.test(text) ? Number(text) : undefined
}
