import { join } from 'node:path'
import type { GatewayConfig, TlsConfig } from '../gateway/config.ts'
import { startGateway } from '../gateway/gateway.ts'
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

export interface Demo {
  readonly ready: Ready
  close(): Promise<void>
}

/** Starts the authorization server, OrderDesk and the gateway in front; all of them, or none. */
export async function startDemo(port: number, tlsPort: number): Promise<Demo> {
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
    const apiKeys = await createDemoApiKeys(keyStoreFile)
    const certificates = await createDemoCertificates(folder)
    const signers = await createDemoSigners(keyStoreFile, join(folder, 'signing.key'))
    const gateway = started(
      await startGateway(
        gatewayConfig({
          ...{ port, keyStoreFile, issuer, introspection, upstreamUrl: orderDesk.url },
          tls: tlsConfig(tlsPort, certificates),
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
  settings: Pick<
    GatewayConfig,
    'port' | 'keyStoreFile' | 'issuer' | 'introspection' | 'tls' | 'signatures' | 'upstreamUrl'
  >,
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
