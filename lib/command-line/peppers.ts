import type { Pepper } from '../api-key.ts'
import { usageFailure } from './exit-code.ts'

const MIN_BYTES = 32
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/**
 * Reads secrets from `GATEWARDEN_PEPPERS`: base64, separated by commas, newest first.
 * @throws CommandFailure that says which one is wrong, and does not show it
 */
export function peppersOf(text: string | undefined): readonly Pepper[] {
  if (text === undefined || text.trim() === '') return []
  return text.split(',').map((part, index) => {
    const bytes = Buffer.from(part.trim(), 'base64')
    if (BASE64.test(part.trim()) && bytes.length >= MIN_BYTES) return bytes
    const remedy = 'make one with: openssl rand -base64 32'
    throw usageFailure(`GATEWARDEN_PEPPERS: secret ${index + 1} is no base64 of ${MIN_BYTES} bytes or more; ${remedy}`)
  })
}
