/** A store's URL as it may be shown: without user, password and parameters. */
export function storeName(url: string): string {
  if (url.startsWith('sqlite:')) return url
  if (!URL.canParse(url)) return `${/^[a-z]{1,16}:/.exec(url)?.[0] ?? 'store:'}\u2026`
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

/** A shorter one would be found in the middle of words. */
const MIN_SECRET_LENGTH = 4

/** The parts of a URL that nobody may see. */
export function secretsOf(url: string): readonly string[] {
  if (url.startsWith('sqlite:')) return []
  if (!URL.canParse(url)) return [url]
  const { password, search, searchParams } = new URL(url)
  const parameters = [...searchParams].filter(([name]) => /pass|secret|token/i.test(name)).map(([, value]) => value)
  return [url, password, decoded(password), search, ...parameters].filter(
    (secret) => secret.length >= MIN_SECRET_LENGTH,
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
