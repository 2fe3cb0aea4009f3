import { ALLOW, type Decision, deny } from '../../authorize/policy.ts'
import type { TracedRequirement } from '../../authorize/trace.ts'
import type { Clock } from '../../effects.ts'
import type { DescribedRequest } from '../../explain/described-request.ts'
import type { Explanation } from '../../explain/explanation.ts'
import { createPipeline, type Pipeline } from '../../pipeline.ts'
import { DEFAULT_METHODS } from '../../request/admit.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printableJson } from '../printable.ts'
import { anyPolicy, readTable, usingTable } from '../routes/read-routes.ts'
import { ROUTE_OPTIONS } from '../routes/route-options.ts'
import { TIME_HELP } from '../time.ts'
import { explanationText } from './explanation-text.ts'
import { type GivenCredential, givenCredential } from './given-credential.ts'
import { clockGiven, requestGiven } from './given-request.ts'
import { atGatewayOf, SERVER } from './supposed-gateway.ts'

export const explain: Command = {
  group: 'explain',
  name: '',
  summary: 'Tell why a request would be allowed or denied.',
  purpose: `Tells what a gateway with a table of routes would do with a request, and why: each stage, the rule, each of its
    requirements, the headers that would go upstream or the answer. Nothing is sent, and no server needs to run. Policies
    that the table names are not asked, nor is a server about tokens, and limits are not known here.`,
  usage: ['--routes FILE --path PATH [options]'],
  options: {
    routes: {
      value: 'FILE',
      required: true,
      help: 'The table, in YAML or JSON, or an OpenAPI document; - for standard input.',
    },
    path: { value: 'PATH', required: true, help: 'The path, and a query if there is one: /orders/7?page=2.' },
    method: { value: 'METHOD', help: 'Default: GET.' },
    token: {
      value: 'TOKEN',
      help: 'A JWT whose claims are taken as they stand, NOT VERIFIED, unless --issuer is given; - reads it from standard input, which keeps it out of the history of the shell. It is never printed.',
    },
    issuer: { value: 'URL', help: 'Verify the token, as one of this issuer. Its keys are fetched.' },
    audience: { value: 'NAME', help: 'What the token must be for. Goes with --issuer.' },
    jwks: { value: 'FILE', help: "The issuer's keys: a file with a JWK Set, or its URL. Default: found by discovery." },
    principal: {
      value: 'FILE',
      help: 'Who asks, instead of a token: JSON such as {"subject": "alice", "roles": ["editor"]}; - for standard input.',
    },
    ip: { value: 'ADDRESS', help: 'Where the client is. Without it nobody can tell, so no network matches.' },
    host: { value: 'NAME', help: 'Default: localhost.' },
    header: { value: "'NAME: VALUE'", repeatable: true, help: 'A header of the client.' },
    at: { value: 'TIME', help: `When: ${TIME_HELP}. Default: now.` },
    ...ROUTE_OPTIONS,
  },
  usesStore: false,
  examples: [
    ['May alice read an order?', 'gatewarden explain --routes routes.yaml --path /orders/7 --principal alice.json'],
    ['Why was this token refused?', 'pbpaste | gatewarden explain --routes routes.yaml --path /orders/7 --token -'],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const now = clockGiven(given, io)
  const credential = await givenCredential(given, io, now)
  const request = requestGiven(given, credential)
  const isGenuine = credential.isVerified || !presentsToken(request)
  if (!isGenuine) {
    io.note(
      'gatewarden: the token is NOT VERIFIED: anybody could have made it. Verify it with --issuer and --audience.',
    )
  }
  const { explanation, decision, unasked } = await decided(given, io, credential, request, now)
  const text = given.has('json')
    ? `${printableJson({ ...explanation, outcome: decision, ...(!isGenuine && { tokenIsNotVerified: true }), policiesNotAsked: unasked })}\n`
    : explanationText(explanation, headingOf(decision, unasked, isGenuine))
  await io.print(text)
  return exitCodeOf(decision, explanation)
}

type CliDecision = 'allowed' | 'denied' | 'depends'

function headingOf(decision: CliDecision, unasked: readonly string[], isGenuine: boolean): string {
  const word =
    decision === 'depends' ? `DEPENDS on what is not asked here: ${unasked.join(', ')}` : decision.toUpperCase()
  return isGenuine ? word : `${word}  (the token is NOT VERIFIED)`
}

function presentsToken({ headers = {} }: DescribedRequest): boolean {
  return Object.hasOwn(headers, 'authorization')
}

function exitCodeOf(decision: CliDecision, { answer }: Explanation): ExitCode {
  if (decision === 'allowed') return EXIT.done
  if (decision === 'depends') return EXIT.undecided
  // Nothing was decided: what decides could not be asked.
  return answer?.status === 503 ? EXIT.failed : EXIT.denied
}

interface Decided {
  readonly explanation: Explanation
  readonly decision: CliDecision
  /** On which policies, or servers, it depends. */
  readonly unasked: readonly string[]
}

/** Policies are not there, nor servers. So all of them deny at first; when that decides, all of them allow. */
async function decided(
  given: Arguments,
  io: Io,
  credential: GivenCredential,
  request: DescribedRequest,
  now: Clock,
): Promise<Decided> {
  const unasked = new Set<string>()
  let assumed: Decision = deny('not asked here')
  const policies = anyPolicy((name) => {
    unasked.add(`policy ${name}`)
    return assumed
  })
  const table = await readTable(given.text('routes') ?? '', io, policies)
  const pipeline = usingTable(table, ({ rules, roleHierarchy }): Pipeline => {
    const methods = [...new Set([...DEFAULT_METHODS, ...rules.flatMap((rule) => rule.methods ?? [])])]
    const path = { caseSensitive: given.has('case-sensitive') }
    const authenticate = atGatewayOf(rules, credential.authenticate, () => {
      unasked.add(SERVER)
      return assumed.allow
    })
    return createPipeline({ authenticate, routes: rules, methods, path, now, ...(roleHierarchy && { roleHierarchy }) })
  })
  const first = await pipeline.explain(request)
  if (unasked.size === 0 || first.outcome === 'allowed') return decidedBy(first, unasked, false)
  assumed = ALLOW
  const second = await pipeline.explain(request)
  return decidedBy(second, unasked, second.outcome === 'allowed')
}

function decidedBy(explanation: Explanation, unasked: ReadonlySet<string>, depends: boolean): Decided {
  const { stages, outcome } = explanation
  const requirements = stages.authorize.requirements.map((each) => withoutAssumption(each, unasked))
  const decision = depends ? 'depends' : outcome === 'allowed' ? 'allowed' : 'denied'
  const authorize = { ...stages.authorize, requirements }
  return {
    explanation: { ...explanation, stages: { ...stages, authorize } },
    decision,
    unasked: depends ? [...unasked] : [],
  }
}

/** What was assumed is no verdict. */
function withoutAssumption(requirement: TracedRequirement, unasked: ReadonlySet<string>): TracedRequirement {
  const { asks, kind, parts } = requirement
  const isAssumed = asks.startsWith('policy ') || (asks === 'fresh introspection' && unasked.has(SERVER))
  if (kind === 'requirement' && isAssumed) {
    return { ...requirement, verdict: 'not asked', reason: 'it is not asked here' }
  }
  return { ...requirement, parts: parts.map((part) => withoutAssumption(part, unasked)) }
}
