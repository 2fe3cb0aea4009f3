import { DependencyError } from '../../errors.ts'

/** What may be told of something thrown. */
export interface SafeCause {
  readonly name: string
  readonly dependency?: string
  /** Of a DependencyError only: other messages may hold what was sent. */
  readonly message?: string
  /** As `ECONNREFUSED`. */
  readonly code?: string
}

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/
const MAX_MESSAGE_LENGTH = 256

export function safeCause(cause: unknown): SafeCause | undefined {
  if (cause === undefined) return undefined
  if (cause instanceof DependencyError) {
    const { name, dependency, message } = cause
    return { name, dependency, message: message.slice(0, MAX_MESSAGE_LENGTH) }
  }
  if (!(cause instanceof Error)) return { name: typeof cause }
  const { code } = cause as { readonly code?: unknown }
  return { name: cause.constructor.name, ...(typeof code === 'string' && CODE.test(code) && { code }) }
}
