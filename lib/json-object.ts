/** What `{ … }` of JSON becomes. Its members may be anything, whatever they are called. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a parsed value is an object, and neither a list nor `null`, which JavaScript calls objects too. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
