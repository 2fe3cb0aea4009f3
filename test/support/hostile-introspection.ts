import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { serve } from './serve.ts'

/** A real introspection endpoint over HTTP that a test can make answer anything. It knows no token until it is told. */
export interface HostileIntrospection {
  readonly endpoint: string
  /** From now on a token is answered so. */
  answer(token: string, answer: unknown): void
  /** From now on everything is answered so; `undefined`: it answers well again. */
  setFault(fault: RequestListener | undefined): void
  /** The forms that have arrived, in order. */
  forms(): readonly URLSearchParams[]
}

export async function hostileIntrospection(): Promise<HostileIntrospection> {
  const answers = new Map<string, unknown>()
  const forms: URLSearchParams[] = []
  let fault: RequestListener | undefined
  const port = await serve(async (request, response) => {
    const form = new URLSearchParams(await text(request).catch(() => ''))
    forms.push(form)
    if (fault) return fault(request, response)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answers.get(form.get('token') ?? '') ?? { active: false }))
  })
  return {
    endpoint: `http://127.0.0.1:${port}/introspect`,
    answer: (token, answer) => void answers.set(token, answer),
    setFault(next) {
      fault = next
    },
    forms: () => forms,
  }
}
