import type { SeededRandom } from './seeded-random.ts'

type Items = readonly [string, ...string[]]

/** What some server reads as nothing, as a separator, or as the end. */
const PIECES: Items = [
  ...([
    '//',
    '/./',
    '/x/../',
    '/../',
    '/%2e/',
    '/%2E%2e/',
    '/.%2e/',
    '/x/..;/',
    '/;x=1/',
    '/;/',
    '\\',
    '/..\\',
  ] as const),
  ...['%2F', '%2f', '%5C', '%5c', '%252F', '%2e%2e%2f', '..%2f', '%c0%af', '%e0%80%af', '%u002f', '\xef\xbc\x8f'],
  ...['%EF%BC%8F', '%EF%BC%8E%EF%BC%8E/', '%E2%80%A5/', '%00', '%20', '.', '%2e', ';a=b', '%3B', '%0a', '\t', '%09'],
  ...['#', '#/', '?', '?/../', '%3f', '%23', '%', '%zz', '%7f', '*', ':', '@'],
]
const ENDS: Items = [
  '/',
  '//',
  '/.',
  '/..',
  '.',
  '..',
  ';',
  ';a=b',
  '%20',
  '%00',
  '?',
  '?x=/b',
  '?/../a',
  '#',
  '#/a',
  '/;',
  '\\',
]
/** Full-width letters, which some servers read as the plain ones. */
const WIDE: Readonly<Record<string, string>> = { a: '%EF%BD%81', b: '%EF%BD%82', c: '%EF%BD%83' }

type Change = (target: string, random: SeededRandom) => string

const CHANGES: readonly [Change, ...Change[]] = [
  (target, random) => letters(target, random, encoded),
  (target, random) => letters(target, random, (letter) => letter.toUpperCase()),
  (target, random) => letters(target, random, (letter) => encoded(letter.toUpperCase(), random)),
  (target, random) => letters(target, random, (letter) => encoded(letter, random).replace('%', '%25')),
  (target, random) => letters(target, random, (letter) => WIDE[letter] ?? letter),
  (target, random) => inserted(target, random.pick(PIECES), random.integer(target.length + 1)),
  (target, random) => target.replace('/', random.pick(PIECES)),
  (target, random) => target + random.pick(ENDS),
  (target, random) =>
    random.pick(['http://x.test', 'https://y.test:443', 'HTTP://other', '//x.test', '/', '']) + target,
  (target) => target.slice(1),
]

/** A request target that some server reads as this path, or as another that it hides: one to three changes of it. */
export function spelledAnyhow(path: string, random: SeededRandom): string {
  let target = path
  for (let count = 1 + random.integer(3); count > 0; count--) target = random.pick(CHANGES)(target, random)
  return target
}

function letters(
  target: string,
  random: SeededRandom,
  change: (letter: string, random: SeededRandom) => string,
): string {
  return target.replace(/[a-z]/g, (letter) => (random.chance(0.6) ? change(letter, random) : letter))
}

function encoded(letter: string, random: SeededRandom): string {
  const hex = letter.charCodeAt(0).toString(16)
  return `%${random.chance(0.5) ? hex : hex.toUpperCase()}`
}

function inserted(target: string, piece: string, at: number): string {
  return target.slice(0, at) + piece + target.slice(at)
}
