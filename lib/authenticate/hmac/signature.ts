import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { SIGNED_FORMS, type SignedForm } from '../../signed-parts.ts'

const MAC_BYTES = 32

export interface Signature {
  readonly form: SignedForm
  readonly mac: Buffer
}

/** `<form>=<base64 of the MAC>`; `undefined` for any other spelling, for it would have twins. */
export function parseSignature(field: string): Signature | undefined {
  const end = field.indexOf('=')
  const form = SIGNED_FORMS.find((name) => name === field.slice(0, end))
  if (form === undefined) return undefined
  const text = field.slice(end + 1)
  const mac = Buffer.from(text, 'base64')
  return mac.length === MAC_BYTES && mac.toString('base64') === text ? { form, mac } : undefined
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
