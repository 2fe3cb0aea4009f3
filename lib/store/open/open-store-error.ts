/** A store cannot be opened. The message says why, and what to do; it holds no password. */
export class OpenStoreError extends Error {
  override readonly name = 'OpenStoreError'
}
