interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/** Just enough of RFC 6265 for one host: names, values, paths and deletion. */
export class CookieJar {
  #cookies: readonly Cookie[] = []

  store(url: URL, setCookies: readonly string[]): void {
    for (const setCookie of setCookies) {
      const [pair = '', ...attributes] = setCookie.split(';').map((part) => part.trim())
      const separator = pair.indexOf('=')
      const cookie = {
        name: pair.slice(0, separator),
        value: pair.slice(separator + 1),
        path: attribute(attributes, 'path') ?? url.pathname,
      }
      const others = this.#cookies.filter(({ name, path }) => name !== cookie.name || path !== cookie.path)
      const expires = Date.parse(attribute(attributes, 'expires') ?? '')
      this.#cookies = expires <= Date.now() ? others : [...others, cookie]
    }
  }

  headerFor(url: URL): string {
    return this.#cookies
      .filter(({ path }) => `${url.pathname}/`.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }
}

function attribute(attributes: readonly string[], name: string): string | undefined {
  const found = attributes.find((part) => part.toLowerCase().startsWith(`${name}=`))
  return found?.slice(name.length + 1)
}
