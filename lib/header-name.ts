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

/** Names that frame the message, end at the next hop, are made elsewhere, or that a client must be able to send. */
const RESERVED =
  /^(?:host|content-.*|transfer-encoding|connection|upgrade|keep-alive|te|trailer|expect|proxy-.*|x-forwarded-.*|forwarded|cookie|authorization)$/i

/** Whether a header of that name may be one that only the gateway sets. */
export function isManageable(name: unknown): name is string {
  return typeof name === 'string' && isToken(name) && !name.includes('_') && !RESERVED.test(name)
}
