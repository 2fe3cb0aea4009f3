import express, { type ErrorRequestHandler } from 'express'
import { type Authenticator, anyOf, type Boundary, boundary, jwtAuthenticator, keyAdminRouter } from 'gatewarden'
import helmet from 'helmet'
import { openGatewayKeys } from './api-keys.ts'
import type { GatewayConfig } from './config.ts'
import { sendProblem } from './problem.ts'
import { upstreamProxy } from './proxy.ts'
import { routes } from './routes.ts'
import { createDrainableServer, listen } from './server.ts'

export interface Gateway {
  readonly url: string
  close(): Promise<void>
}

export async function startGateway(config: GatewayConfig): Promise<Gateway> {
  const keys = openGatewayKeys(config.keyStoreFile)
  try {
    const gate = createBoundary(config, keys.authenticator)
    const proxy = upstreamProxy(config.upstreamUrl, config.upstreamTimeoutMs)

    const app = express()
    app.enable('case sensitive routing')
    app.enable('strict routing')
    app.use(helmet())
    app.use(gate)
    app.get('/health', (_request, response) => {
      response.json({ status: 'ok' })
    })
    app.use('/admin/keys', keyAdminRouter({ keys: keys.lifecycle }))
    app.use(proxy)
    app.use(answerUnexpected)

    const { server, drain } = createDrainableServer(app, async (request, socket, head) => {
      if (await gate.upgrade(request, socket, head)) proxy.upgrade(request, socket, head)
    })
    const url = await listen(server, config.host, config.port)
    return { url, close: () => drain().finally(() => keys.close()) }
  } catch (error) {
    await keys.close()
    throw error
  }
}

/** Who is believed: holders of an API key, or of an access token of the issuer, for this audience. */
function createBoundary(
  { issuer, audience, hosts, trustedProxies }: GatewayConfig,
  keyHolders: Authenticator,
): Boundary {
  return boundary({
    authenticate: anyOf(
      keyHolders,
      jwtAuthenticator({
        issuer,
        audience,
        algorithms: ['RS256', 'ES256'],
        profile: 'rfc9068',
        claims: { roles: 'roles', tenantId: 'tenant_id', email: 'email' },
      }),
    ),
    routes,
    hosts,
    trustedProxies,
  })
}

/** Express would answer with a stack trace. */
const answerUnexpected: ErrorRequestHandler = (_error, _request, response, _next) => {
  if (response.headersSent) response.destroy()
  else sendProblem(response, 500)
}
