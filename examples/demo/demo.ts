import { join } from 'node:path'
import { readSealingKeys, type TlsConfig } from '../gateway/caller-config.ts'
import type { GatewayConfig } from '../gateway/config.ts'
import type { Environment } from '../gateway/environment.ts'
import { readFleetConfig } from '../gateway/fleet-config.ts'
import { startGateway } from '../gateway/gateway.ts'
import { openRecords, type Records } from '../gateway/records.ts'
import { readRulesConfig } from '../gateway/rules-config.ts'
import { OPAQUE_AUDIENCE } from './authorization-server/configuration.ts'
import { startAuthorizationServer } from './authorization-server.ts'
import { boundToken } from './bound-token.ts'
import { createDemoCertificates, type DemoCertificates, PARTNER_NAME } from './certificates.ts'
import { createDemoApiKeys } from './demo-api-keys.ts'
import { createDemoSigners } from './demo-signers.ts'
import { startOrderDesk } from './order-desk.ts'
import type { Ready } from './ready.ts'
import { signIn } from './sign-in.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

const AUDIENCE = 'https://api.example.test'
const UPSTREAM_TIMEOUT_MS = 30_000
/** Whoever tries the demo out is not stopped, but by a key of the tier that shows it. */
const WIDE_LIMITS = { NETWORK_LIMIT: '1000000', CLIENT_LIMIT: '1000000' } as const

export interface Demo {
  readonly ready: Ready
  close(): Promise<void>
}

export interface DemoPorts {
  readonly port: number
  readonly tlsPort: number
  readonly metricsPort: number
}

/**
 * Starts the authorization server, OrderDesk and the gateway in front; all of them, or none. What of the gateway's environment
 * is no matter of the demo itself counts here as well.
 */
export async function startDemo(ports: DemoPorts, environment: Environment): Promise<Demo> {
  const running: { close(): Promise<void> }[] = []
  const started = <Server extends { close(): Promise<void> }>(server: Server): Server => {
    // The gateway is started last, and so drained first, while what it needs still runs.
    running.unshift(server)
    return server
  }
  const close = async () => {
    for (const server of running.splice(0)) await server.close()
  }
  try {
    const authorizationServer = started(await startAuthorizationServer(AUDIENCE))
    const orderDesk = started(await startOrderDesk())
    const { issuer, clients, gateway: client } = authorizationServer
    const introspection = {
      endpoint: `${issuer}/token/introspection`,
      clientId: client.client_id,
      clientSecret: client.client_secret,
      audience: OPAQUE_AUDIENCE,
    }
    const folder = createTemporaryFolder()
    const keyStoreFile = join(folder, 'keys.sqlite')
    const fleet = readFleetConfig(environment)
    const records = await openRecords({ keyStoreFile, ...fleet })
    const { apiKeys, signers } = await createDemoCredentials(records, folder, environment).finally(records.close)
    const certificates = await createDemoCertificates(folder)
    const gateway = started(
      await startGateway(
        gatewayConfig({
          ...{ ...readRulesConfig({ ...WIDE_LIMITS, ...environment }), ...fleet },
          ...{ port: ports.port, metricsPort: ports.metricsPort },
          ...{ keyStoreFile, issuer, introspection, upstreamUrl: orderDesk.url },
          tls: tlsConfig(ports.tlsPort, certificates),
          signatures: signers.config,
        }),
      ),
    )
    authorizationServer.serveResource(gateway.url)
    const tokensOf = async (username: string) => ({
      accessToken: await signIn({ issuer, audience: AUDIENCE, username }),
      mfaAccessToken: await signIn({ issuer, audience: AUDIENCE, username, mfa: true }),
    })
    const users = { alice: await tokensOf('alice'), bob: await tokensOf('bob') }
    const { accessToken, privateKey } = await boundToken({ issuer, audience: AUDIENCE }, 'alice')
    const credentials = {
      ...{ apiKeys, clients, users, dpop: { accessToken, privateKey } },
      mtls: mtlsCredentials(certificates),
      ...signers.credentials,
    }
    const ready = {
      gateway: gateway.url,
      gatewayTls: gateway.tlsUrl ?? '',
      metrics: gateway.metricsUrl ?? '',
      issuer,
      upstream: orderDesk.url,
      audience: AUDIENCE,
      credentials,
    }
    return { ready, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function createDemoCredentials({ keys, secrets }: Records, folder: string, environment: Environment) {
  const apiKeys = await createDemoApiKeys(keys)
  const signers = await createDemoSigners(secrets, join(folder, 'signing.key'), readSealingKeys(environment))
  return { apiKeys, signers }
}

function tlsConfig(port: number, { ca, crl, server }: DemoCertificates): TlsConfig {
  const partners = { [PARTNER_NAME]: 'partner-acme' }
  return { port, key: server.key, cert: server.cert, clientCa: ca, clientCrl: crl, partners }
}

function mtlsCredentials({ ca, partner, revoked, other }: DemoCertificates): Ready['credentials']['mtls'] {
  return {
    ...{ ca, cert: partner.cert, key: partner.key },
    ...{ revokedCert: revoked.cert, revokedKey: revoked.key, otherCert: other.cert, otherKey: other.key },
  }
}

function gatewayConfig(
  settings: Omit<GatewayConfig, 'host' | 'hosts' | 'audience' | 'trustedProxies' | 'upstreamTimeoutMs'>,
): GatewayConfig {
  return {
    ...settings,
    host: '127.0.0.1',
    hosts: ['127.0.0.1', 'localhost', '[::1]'],
    audience: AUDIENCE,
    trustedProxies: [],
    upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
  }
}
