import { API_KEY_PATTERN } from './api-key.ts'

const JWT = /^ey[\w-]*\.[\w-]*\./

/**
 * What a text is that was given where the id of a credential belongs, and is the credential itself: it must not be kept,
 * told or repeated. Opaque tokens look like ids, and cannot be told from them.
 */
export function mistakenCredential(name: string): 'token' | 'API key' | undefined {
  if (JWT.test(name)) return 'token'
  return API_KEY_PATTERN.test(name) ? 'API key' : undefined
}
