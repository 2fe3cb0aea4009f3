import { hash } from 'node:crypto'

const ID = /^[\x21-\x7e]{1,256}$/

/** The id of an event in a JSON body; `undefined` when the body is not of JSON, or has none. */
export function bodyId(body: Uint8Array, member: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString())
    const id = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[member] : undefined
    return typeof id === 'string' && ID.test(id) ? id : undefined
  } catch {
    return undefined
  }
}

/** Names a message that has no id of its own by its content. */
export function contentId(before: string, body: Uint8Array): string {
  return `sha256:${hash('sha256', Buffer.concat([Buffer.from(before), body]), 'base64url')}`
}
