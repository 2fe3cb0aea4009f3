import { DependencyError } from './errors.ts'

/**
 * What a replay store has answered to a claim: whether it was the first.
 * @throws DependencyError for what is neither yes nor no: then nobody knows
 */
export function isFirstUse(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw new DependencyError('replay store', 'gave no usable answer')
}
