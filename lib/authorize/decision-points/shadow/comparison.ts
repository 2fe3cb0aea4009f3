import { safePrincipal } from '../../../decision-event.ts'
import { DependencyError } from '../../../errors.ts'
import type { Principal } from '../../../principal.ts'
import type { RequestView } from '../../../request-view.ts'
import type { Decision, Policy } from '../../policy.ts'
import type { ShadowSettings } from './options.ts'
import { type ShadowCounts, type ShadowEvent, type ShadowVerdict, shadowDecisions } from './shadow-event.ts'
import { verdictOfAnswer, verdictOfFailure } from './verdict.ts'

/** What was decided, and about what. */
export interface Decided {
  readonly verdict: ShadowVerdict
  readonly principal: Principal
  readonly request: RequestView
  readonly rule: string | undefined
}

/** Asks shadows what they make of what has been decided, and tells where they differ. */
export class Comparison {
  readonly #settings: Pick<ShadowSettings, 'deadlineMs' | 'maxInFlight' | 'schedule'>
  readonly #counts = { agreed: 0, differed: 0, failed: 0, skipped: 0 }
  #inFlight = 0

  constructor(settings: Pick<ShadowSettings, 'deadlineMs' | 'maxInFlight' | 'schedule'>) {
    this.#settings = settings
  }

  counts(): ShadowCounts {
    return { ...this.#counts }
  }

  /** Returns at once, and never throws. The shadow is asked later, when the request has gone its way. */
  compare(decided: Decided, shadow: Policy): void {
    if (this.#inFlight >= this.#settings.maxInFlight) {
      this.#counts.skipped++
      return
    }
    this.#inFlight++
    this.#settings.schedule(async () => {
      const verdict = await this.#ask(shadow, decided)
      this.#inFlight--
      this.#note(decided, verdict)
    }, 0)
  }

  /** Never rejects, and is over when the deadline is. */
  #ask(shadow: Policy, { principal, request }: Decided): Promise<ShadowVerdict> {
    const { schedule, deadlineMs } = this.#settings
    return new Promise((resolve) => {
      const failed = (thrown: unknown) => resolve(verdictOfFailure(shadow.name, thrown))
      const tooLate = () => failed(new DependencyError(shadow.name, `gave no answer within ${deadlineMs} ms`))
      const cancel = schedule(tooLate, deadlineMs)
      new Promise<Decision>((answer) => answer(shadow.decide(principal, request)))
        .then((decision) => resolve(verdictOfAnswer(shadow.name, decision)), failed)
        .finally(cancel)
    })
  }

  #note({ verdict: enforced, principal, request, rule }: Decided, shadow: ShadowVerdict): void {
    const result = resultOf(enforced, shadow)
    this.#counts[result]++
    if (result === 'agreed' || !shadowDecisions.hasSubscribers) return
    const { id: requestId, method } = request
    const event: ShadowEvent = {
      ...{ result, enforced, shadow, rule, requestId, method },
      principal: safePrincipal(principal),
      counts: this.counts(),
    }
    shadowDecisions.publish(event)
  }
}

function resultOf(enforced: ShadowVerdict, shadow: ShadowVerdict): 'agreed' | 'differed' | 'failed' {
  if (shadow.outcome === 'failed') return 'failed'
  return enforced.outcome === shadow.outcome && enforced.code === shadow.code ? 'agreed' : 'differed'
}
