import type { Fetch } from '../../lib/effects.ts'

/** An issuer behind a `fetch` that needs no network: what it answers can be changed, and what it was asked is kept. */
export interface FakeIssuer {
  readonly fetch: Fetch
  /** The URLs asked for, in order. */
  readonly asked: readonly string[]
  /** Answers of a URL that ends so; a function decides each time. */
  answer(urlEnd: string, answer: unknown): void
  /** From now on nothing answers, or everything does again. */
  setDown(down: boolean): void
}

export function fakeIssuer(answers: Readonly<Record<string, unknown>> = {}): FakeIssuer {
  const known = new Map(Object.entries(answers))
  const asked: string[] = []
  let isDown = false
  return {
    asked,
    answer: (urlEnd, answer) => void known.set(urlEnd, answer),
    setDown(down) {
      isDown = down
    },
    async fetch(url) {
      asked.push(url)
      if (isDown) throw new TypeError('fetch failed')
      const entry = [...known].find(([urlEnd]) => url.endsWith(urlEnd))
      if (!entry) return new Response('not found', { status: 404 })
      const answer: unknown = typeof entry[1] === 'function' ? await entry[1]() : entry[1]
      return answer instanceof Response ? answer : Response.json(answer)
    },
  }
}
