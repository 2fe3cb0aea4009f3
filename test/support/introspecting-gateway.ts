import { type IntrospectionOptions, introspectionAuthenticator } from '../../lib/authenticate/introspection.ts'
import type { PathOptions } from '../../lib/request/canonical-path.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, ISSUER, NOW } from './access-token.ts'
import { type TestClock, testClock } from './clock.ts'
import { type HostileIntrospection, hostileIntrospection } from './hostile-introspection.ts'
import { activeAnswer } from './introspection-answer.ts'
import { sendRequestLines, statusOf } from './raw-tcp.ts'
import { serve } from './serve.ts'

/** A gateway that asks a hostile server about every token. What it lets through is counted. */
export interface IntrospectingGateway {
  readonly port: number
  readonly server: HostileIntrospection
  readonly clock: TestClock
  /** What a request with this token is answered, as it is on the wire. */
  send(token: string, target?: string): Promise<string>
  statusOf(token: string, target?: string): Promise<number>
  /** How many requests have come. */
  arrived(): number
  /** How many requests were let through. */
  reached(): number
}

export async function introspectingGateway(
  options: Partial<IntrospectionOptions> & { readonly path?: PathOptions } = {},
): Promise<IntrospectingGateway> {
  const { path, ...rest } = options
  const server = await hostileIntrospection()
  server.answer('good', activeAnswer())
  const clock = testClock(NOW)
  const gate = boundary({
    authenticate: introspectionAuthenticator({
      ...{ endpoint: server.endpoint, issuer: ISSUER, audience: AUDIENCE, now: clock.now, deadlineMs: 20_000 },
      client: { method: 'basic', clientId: 'gateway', clientSecret: 'hush-hush' },
      ...rest,
    }),
    ...(path && { path }),
  })
  let arrived = 0
  let reached = 0
  const port = await serve((request, response) => {
    arrived++
    gate(request, response, () => {
      reached++
      response.end()
    })
  })
  const send = (token: string, target = '/orders') =>
    sendRequestLines(port, { target, headers: [`Authorization: Bearer ${token}`] })
  return {
    ...{ port, server, clock, send },
    statusOf: async (token, target) => statusOf(await send(token, target)),
    arrived: () => arrived,
    reached: () => reached,
  }
}
