import { unavailable } from '../../../errors.ts'
import type { Decision } from '../../policy.ts'
import { checkedDecision } from '../../requirements/asked-policy.ts'
import type { ShadowVerdict } from './shadow-event.ts'

/** What a policy's answer comes to. What is no decision has failed. */
export function verdictOfAnswer(policy: string, answer: Decision): ShadowVerdict {
  try {
    const decision = checkedDecision(answer, policy)
    if (decision.allow) return { policy, outcome: 'allowed', status: undefined, code: undefined, reason: undefined }
    const { status, code, reason } = decision.error
    return { policy, outcome: status === 503 ? 'failed' : 'denied', status, code, reason }
  } catch (thrown) {
    return verdictOfFailure(policy, thrown)
  }
}

/** What was thrown stays here: it may hold anything. */
export function verdictOfFailure(policy: string, thrown: unknown): ShadowVerdict {
  const { status, code, reason } = unavailable(thrown)
  return { policy, outcome: status === 503 ? 'failed' : 'denied', status, code, reason }
}
