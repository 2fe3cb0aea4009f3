import { type BoundaryOptions, createPipeline } from 'gatewarden'
import type { Stage } from './clock.ts'
import { type Credential, rawWith } from './requests.ts'

/** One authenticator by itself, with a request that is admitted. */
export function authenticateStage(
  name: string,
  authenticate: BoundaryOptions['authenticate'],
  credential: (index: number) => readonly Credential[],
): Stage {
  const { stages } = createPipeline({ authenticate })
  return {
    name,
    prepare: (index) => must(stages.admit(rawWith(...credential(index)), 'http')).request,
    run: stages.authenticate,
  }
}

/** What a stage gives when it lets the request pass. */
export function must<Value>(value: Value): Exclude<Value, Error | Promise<unknown> | { allowed: false }> {
  const refused = typeof value === 'object' && value !== null && 'allowed' in value && value.allowed === false
  if (value instanceof Error || value instanceof Promise || refused) throw new Error('the request was refused')
  return value as Exclude<Value, Error | Promise<unknown> | { allowed: false }>
}
