import { createServer } from 'node:http'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import type { LimitOptions } from '../../lib/limit/limiter.ts'
import { memoryKeyStore } from '../../lib/store/memory.ts'
import { boundary } from '../../middleware/boundary.ts'
import { apiKeysFixture, granted } from './api-keys-fixture.ts'
import { type RecordingUpstream, recordingUpstream } from './recording-upstream.ts'
import { serve } from './serve.ts'
import { tellClose } from './tell-close.ts'

/** A gateway with limits, a real proxy and a recording upstream behind. Its clock stands still: nothing comes back. */
export interface LimitedGateway {
  readonly port: number
  readonly upstream: RecordingUpstream
  /** Makes a key of an owner. */
  key(owner: string, tier?: string): Promise<string>
  /** Moves the clock. */
  advance(seconds: number): void
  /** How often the authenticator was asked. */
  authentications(): number
}

export async function limitedGateway(
  limits: LimitOptions,
  trustedProxies: readonly string[] = [],
): Promise<LimitedGateway> {
  const upstream = await recordingUpstream()
  const store = memoryKeyStore()
  const { keys, clock } = apiKeysFixture({ store })
  let asked = 0
  const counting = (authenticator: Authenticator): Authenticator => ({
    ...authenticator,
    authenticate(request) {
      asked++
      return authenticator.authenticate(request)
    },
  })
  const gate = boundary({
    authenticate: counting(
      anyOf(apiKeyAuthenticator({ keys: store, environments: ['live'], guesses: false, now: clock.now })),
    ),
    routes: [
      { path: '/public/**', public: true },
      { path: '/orders/**', methods: ['GET'], authenticated: true },
      { path: '/reports/**', authenticated: true },
      { path: '/ws', authenticated: true },
    ],
    limits,
    now: clock.now,
    ...(trustedProxies.length > 0 && { trustedProxies }),
  })
  const proxy = createProxyMiddleware({ target: upstream.url, on: { proxyRes: tellClose } })
  const server = createServer((request, response) => gate(request, response, () => void proxy(request, response)))
  server.on('upgrade', async (request, socket, head) => {
    if (await gate.upgrade(request, socket, head)) proxy.upgrade(request, socket as never, head)
  })
  return {
    port: await serve(server),
    upstream,
    authentications: () => asked,
    advance(seconds) {
      clock.at += seconds
    },
    async key(owner, tier) {
      return granted(await keys.create({ owner, environment: 'live', ...(tier !== undefined && { tier }) })).key
    },
  }
}
