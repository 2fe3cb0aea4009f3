import type { Answer } from './problem.ts'

type Headers = Readonly<Record<string, string>>

/** A value as JSON, for one reader: no cache keeps it. */
export function jsonAnswer(status: number, value: unknown, headers: Headers = {}): Answer {
  return withBody(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value))
}

/** An answer that says all by its status. */
export function emptyAnswer(status: number): Answer {
  return withBody(status, {}, '')
}

export interface ProblemFields {
  /** A URI that names the kind of problem: RFC 9457 §3.1.1. */
  readonly type: string
  readonly title: string
  readonly detail?: string | undefined
  readonly code: string
}

/** Problem details (RFC 9457). */
export function problemAnswer(status: number, fields: ProblemFields, headers: Headers = {}): Answer {
  const { type, title, detail, code } = fields
  const body = JSON.stringify({ type, title, status, detail, code })
  return withBody(status, { 'content-type': 'application/problem+json', ...headers }, body)
}

function withBody(status: number, headers: Headers, body: string): Answer {
  const length = String(Buffer.byteLength(body))
  return { status, headers: { 'cache-control': 'no-store', ...headers, 'content-length': length }, body }
}
