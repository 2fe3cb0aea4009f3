import { CookieJar } from './cookie-jar.ts'

const MAX_PAGES = 10
const PAGE_TIMEOUT_MS = 5_000

/**
 * The part of a sign-in that a person does with a browser: opens the authorization URL, chooses a name on the
 * login page, and is sent back to the application. Returns the URL of that last redirect, with the code in it.
 */
export async function logInByBrowser(options: {
  readonly authorizationUrl: URL
  readonly redirectUri: string
  readonly username: string
  /** What the browser remembers of before, and will of this. */
  readonly cookies?: CookieJar
}): Promise<URL> {
  const { cookies = new CookieJar() } = options
  const form = new URLSearchParams({ account: options.username })
  let url = options.authorizationUrl
  let method = 'GET'
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { cookie: cookies.headerFor(url) },
      body: method === 'POST' ? form : null,
      signal: AbortSignal.timeout(PAGE_TIMEOUT_MS),
    })
    await response.body?.cancel()
    cookies.store(url, response.headers.getSetCookie())
    const location = response.headers.get('location')
    if (location) {
      url = new URL(location, url)
      method = 'GET'
      if (url.href.startsWith(`${options.redirectUri}?`)) return url
    } else if (response.ok && method === 'GET') {
      method = 'POST'
    } else {
      throw new Error(`the authorization server refused the sign-in of ${options.username} (${response.status})`)
    }
  }
  throw new Error(`the sign-in of ${options.username} did not come to an end`)
}
