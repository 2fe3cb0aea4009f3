import type { Fetch } from '../../lib/effects.ts'

export interface AskedAbout {
  readonly url: string
  readonly headers: Headers
  readonly form: URLSearchParams
  readonly redirect: RequestInit['redirect']
}

/** An introspection endpoint behind a `fetch` that needs no network. Tokens that it doesn't know are not active. */
export interface FakeIntrospection {
  readonly fetch: Fetch
  /** What was asked, in order. */
  readonly asked: readonly AskedAbout[]
  /** From now on, a token is answered so; a function decides each time, and may answer later. */
  answer(token: string, answer: unknown): void
}

export function fakeIntrospection(answers: Readonly<Record<string, unknown>> = {}): FakeIntrospection {
  const known = new Map(Object.entries(answers))
  const asked: AskedAbout[] = []
  return {
    asked,
    answer: (token, answer) => void known.set(token, answer),
    async fetch(url, { headers, body, redirect, signal }) {
      const form = new URLSearchParams(String(body))
      asked.push({ url, headers: new Headers(headers), form, redirect })
      const found = known.get(form.get('token') ?? '') ?? { active: false }
      const answer: unknown = typeof found === 'function' ? await found(signal) : found
      return answer instanceof Response ? answer : Response.json(answer)
    },
  }
}
