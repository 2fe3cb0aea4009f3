import { isJsonObject } from '../../json-object.ts'

const MAX_LENGTH = 200
/** By status code, as the specification's examples have it, or by language. */
const FIRST = ['403', 'en-403', 'en']
/** What could end a line of a log, or be shown as other text than it is. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu

/**
 * Why a decision was made, for one kind of reader: Authorization API 1.0 §5.5.1. It is a text, or texts by status code or
 * language. Anything else is none.
 */
export function reasonIn(context: unknown, member: 'reason_admin' | 'reason_user'): string | undefined {
  const found = isJsonObject(context) ? context[member] : undefined
  const text = isJsonObject(found) ? firstText(found) : found
  return logText(text)
}

/** A text as a log may hold it: on one line, of printable characters, and not long. Anything else is none. */
export function logText(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const printable = text.replace(UNPRINTABLE, ' ').trim()
  return printable === '' ? undefined : cut(printable)
}

function firstText(texts: Readonly<Record<string, unknown>>): unknown {
  const name = FIRST.find((each) => typeof texts[each] === 'string')
  return name === undefined ? Object.values(texts).find((text) => typeof text === 'string') : texts[name]
}

/** No half of a character is left at the end. */
function cut(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '')} ...`
}
