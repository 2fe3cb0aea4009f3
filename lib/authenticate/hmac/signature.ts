import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

const PREFIX = 'hmac-sha256='
const MAC_BYTES = 32

/** The MAC in `X-Signature: hmac-sha256=<base64>`; `undefined` for any other spelling, for it would have twins. */
export function parseSignature(field: string): Buffer | undefined {
  if (!field.startsWith(PREFIX)) return undefined
  const text = field.slice(PREFIX.length)
  const mac = Buffer.from(text, 'base64')
  return mac.length === MAC_BYTES && mac.toString('base64') === text ? mac : undefined
}

/** Whether one of the secrets made the MAC. All are tried, in constant time, whichever it is. */
export function isSignedBy(secrets: readonly KeyObject[], text: string, mac: Uint8Array): boolean {
  let isGood = false
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(text).digest()
    if (timingSafeEqual(expected, mac)) isGood = true
  }
  return isGood
}
