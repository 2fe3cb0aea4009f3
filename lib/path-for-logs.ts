const MAX_LENGTH = 1_024
/** The random part of an API key: see API_KEY_PATTERN. */
const KEY = /_[0-9A-Za-z]{38}/
/** What the header of a JWT begins with: `{"` in base64url. */
const TOKEN = 'eyJ'
const MASK = '[credential]'

/**
 * A path as it may stand in logs: cut to 1,024 characters, and without the segments that look like an API key or a JWT, which
 * some clients put there by mistake.
 */
export function pathForLogs(path: string): string {
  const masked = path.includes(TOKEN) || KEY.test(path) ? path.split('/').map(maskedSegment).join('/') : path
  return masked.length > MAX_LENGTH ? `${masked.slice(0, MAX_LENGTH)}...` : masked
}

function maskedSegment(segment: string): string {
  const isToken = segment.includes(TOKEN) && segment.includes('.')
  return isToken || KEY.test(segment) ? MASK : segment
}
