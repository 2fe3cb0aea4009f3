import type { CompiledRule } from '../authorize/route-rule.ts'
import type { TracedRequirement } from '../authorize/trace.ts'
import type { AuthErrorCode } from '../errors.ts'
import type { PeekedWindow } from '../limit/peeking-store.ts'
import type { Principal } from '../principal.ts'

/**
 * `left out`: this request has no need of the stage, as a public route asks nobody. `not reached`: an earlier one has refused.
 */
export type StageVerdict = 'passed' | 'refused' | 'left out' | 'not reached'

/** What came of one stage. */
export interface ExplainedStage {
  readonly verdict: StageVerdict
  /** Why it refused, in a word or two; more than the caller is told. */
  readonly reason: string | undefined
  /** What a dependency that failed says of itself. */
  readonly cause: string | undefined
}

/** A header that goes no further. */
export interface RemovedHeader {
  readonly name: string
  /** `credential`: an authenticator reads it. `not for clients`: it could pass for the gateway's, or ends at this hop. */
  readonly why: 'credential' | 'not for clients'
}

/** A header that goes upstream. */
export interface UpstreamHeader {
  readonly name: string
  /** `undefined`, when it is not shown: only the identity and what is known to be harmless are. */
  readonly value: string | undefined
  readonly from: 'client' | 'gateway'
}

/** The rule that governs a request. */
export type ExplainedRule = Pick<CompiledRule, 'id' | 'path' | 'methods' | 'hosts' | 'isPublic' | 'asks'>

/** Who it is, without its claims. */
export type ExplainedPrincipal = Omit<Principal, 'claims' | symbol>

export interface ExplainedMatch {
  /** `none`: no rule names the request, so it is denied, whoever asks. `no table`: any principal is let through. */
  readonly verdict: 'matched' | 'none' | 'no table' | 'not reached'
  readonly rule: ExplainedRule | undefined
  /** In words: why this rule. */
  readonly why: string
  /** Other rules that name the request and are less specific, by their ids. */
  readonly others: readonly string[]
  /** Rules that nearly name it, at most five. */
  readonly near: readonly { readonly rule: string; readonly differs: string }[]
}

/** The stages in the order of a request's way. */
export interface ExplainedStages {
  readonly strip: ExplainedStage & { readonly removed: readonly RemovedHeader[] }
  readonly admit: ExplainedStage
  readonly match: ExplainedMatch
  readonly limitByNetwork: ExplainedStage & { readonly windows: readonly PeekedWindow[] }
  readonly authenticate: ExplainedStage & {
    readonly principal: ExplainedPrincipal | undefined
    /** What was not found out, because to ask has effects. It counts as good. */
    readonly untold: readonly string[]
  }
  readonly limitByPrincipal: ExplainedStage & { readonly windows: readonly PeekedWindow[] }
  readonly authorize: ExplainedStage & { readonly requirements: readonly TracedRequirement[] }
  readonly propagate: ExplainedStage & { readonly headers: readonly UpstreamHeader[] }
}

export interface ExplainedAnswer {
  readonly status: number
  readonly code: AuthErrorCode | undefined
  /** Without `x-request-id`, which is new for each request. */
  readonly headers: Readonly<Record<string, string>>
  /** The problem details (RFC 9457), without the request id. */
  readonly problem: Readonly<Record<string, unknown>> | undefined
}

/** Why a request is decided as it is. Plain data, without any credential: it may be logged, and sent as JSON. */
export interface Explanation {
  /** `answered`: a CORS preflight, which is answered at the gateway. */
  readonly outcome: 'allowed' | 'denied' | 'answered'
  readonly request: {
    readonly method: string
    /** What came, up to the query. */
    readonly path: string
    /** The names of the query's parameters. */
    readonly query: readonly string[]
    readonly host: string | undefined
    readonly clientAddress: string | undefined
  }
  readonly stages: ExplainedStages
  /** What goes upstream as path. */
  readonly upstreamPath: string | undefined
  /** What the client is answered, when the request does not go on. */
  readonly answer: ExplainedAnswer | undefined
}
