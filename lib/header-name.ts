/**
 * Two header names are one to a backend that folds them, as CGI, WSGI and PHP do: `X_User_ID`, `x-user-id` and
 * `X.User.Id` all become `HTTP_X_USER_ID`. Names are compared after this folding, never as sent.
 */
export function foldHeaderName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

export function isToken(value: string): boolean {
  return TOKEN.test(value)
}
