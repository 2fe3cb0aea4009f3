/** The spellings of a header name that some backend folds into one: case, and what stands for the hyphen. */
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toLowerCase(),
  (name) => name.toUpperCase(),
  (name) => name.replaceAll('-', '_'),
  (name) => name.replaceAll('-', '.'),
  (name) => name.replace('-', '_'),
  (name) => `${name}_`,
  (name) => name.replace('-', '--'),
  (name) => name.replaceAll('-', '_').toLowerCase(),
  (name) => [...name].map((letter, index) => (index % 2 ? letter.toUpperCase() : letter.toLowerCase())).join(''),
  (name) => name.replaceAll('-', '~'),
]

export function spellingsOf(names: readonly string[]): readonly string[] {
  return [...new Set(SPELLINGS.flatMap((spell) => names.map(spell)))]
}
