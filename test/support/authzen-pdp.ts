import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type AskedEvaluation, type AskedOfPdp, readAuthzenRequest } from './authzen-request.ts'
import { serve } from './serve.ts'

export type PdpDecision = boolean | { readonly decision: boolean; readonly context?: unknown }

/** What has arrived at a decision point. */
export interface PdpCall {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/**
 * A decision point of our own that takes the Authorization API 1.0 at its word: what is not as the specification has it is
 * 400, and noted. Who decides is up to the test.
 */
export interface AuthzenPdp {
  /** Its identifier. */
  readonly url: string
  readonly calls: readonly PdpCall[]
  /** What of the requests was against the specification. */
  readonly violations: readonly string[]
  /** How often the metadata was fetched. */
  metadataFetches(): number
  /** From now on evaluations are answered so; `undefined`: well again. */
  setFault(fault: RequestListener | undefined): void
  /** From now on the metadata is asked for in vain, or not. */
  setMetadataFault(fault: RequestListener | undefined): void
  /** From now on the metadata is changed so. */
  setMetadata(changes: Readonly<Record<string, unknown>>): void
}

export interface AuthzenPdpOptions {
  /** Of its identifier, such as `/tenants/a`. */
  readonly path?: string
  /** What must be presented as a bearer token. */
  readonly token?: string
  /** Where it answers; default as in the specification. */
  readonly evaluationPath?: () => string
}

export async function authzenPdp(
  decide: (evaluation: AskedEvaluation) => PdpDecision | Promise<PdpDecision>,
  options: AuthzenPdpOptions = {},
): Promise<AuthzenPdp> {
  const { path = '', token, evaluationPath = () => '/access/v1/evaluation' } = options
  const calls: PdpCall[] = []
  const violations: string[] = []
  let [fault, metadataFault]: (RequestListener | undefined)[] = []
  let changes: Readonly<Record<string, unknown>> = {}
  let metadataFetches = 0
  let url = ''

  function metadata(request: IncomingMessage, response: ServerResponse): void {
    metadataFetches++
    if (metadataFault) {
      metadataFault(request, response)
      return
    }
    const evaluation = url + evaluationPath()
    const document = { policy_decision_point: url, access_evaluation_endpoint: evaluation }
    json(response, { ...document, access_evaluations_endpoint: `${evaluation}s`, ...changes })
  }

  async function evaluation(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => '')
    const { headers, url: target = '' } = request
    calls.push({ path: target, headers, body })
    const id = headers['x-request-id']
    if (typeof id === 'string') response.setHeader('x-request-id', id)
    if (fault) return fault(request, response)
    if (token !== undefined && headers.authorization !== `Bearer ${token}`)
      return void response.writeHead(401).end('no')
    const asked = readHttp(request, body, target === `${path}${evaluationPath()}s`)
    if (typeof asked === 'string') {
      violations.push(asked)
      return void response.writeHead(400).end(asked)
    }
    const answers = await answersTo(asked, decide)
    json(response, target.endsWith('s') ? { evaluations: answers } : answers[0])
  }

  const port = await serve((request, response) => {
    const target = request.url ?? ''
    if (target === `/.well-known/authzen-configuration${path}`) metadata(request, response)
    else if (target === path + evaluationPath() || target === `${path}${evaluationPath()}s`) {
      evaluation(request, response).catch(() => response.writeHead(500).end('failed'))
    } else response.writeHead(404).end('not here')
  })
  url = `http://127.0.0.1:${port}${path}`
  return {
    ...{ url, calls, violations },
    metadataFetches: () => metadataFetches,
    setFault: (next) => {
      fault = next
    },
    setMetadataFault: (next) => {
      metadataFault = next
    },
    setMetadata: (next) => {
      changes = next
    },
  }
}

function readHttp({ method, headers }: IncomingMessage, body: string, isSeveral: boolean): AskedOfPdp | string {
  if (method !== 'POST') return `the method ${method}`
  if (headers['content-type'] !== 'application/json') return `the content type ${headers['content-type']}`
  try {
    return readAuthzenRequest(JSON.parse(body), isSeveral)
  } catch {
    return 'no JSON'
  }
}

/** In order, and no further than the semantic goes. */
async function answersTo(
  { evaluations, semantic }: AskedOfPdp,
  decide: (evaluation: AskedEvaluation) => PdpDecision | Promise<PdpDecision>,
): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  for (const each of evaluations) {
    const decided = await decide(each)
    const answer = typeof decided === 'boolean' ? { decision: decided } : decided
    answers.push(answer)
    if (semantic === 'deny_on_first_deny' && !answer.decision) break
    if (semantic === 'permit_on_first_permit' && answer.decision) break
  }
  return answers
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(body))
}
