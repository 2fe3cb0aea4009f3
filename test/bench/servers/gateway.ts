import { startGateway } from '../../../examples/gateway/gateway.ts'
import type { ServerContext } from '../server-context.ts'

/** The example gateway as it is. */
export async function start({ issuer, audience, keyStoreFile, upstreamUrl }: ServerContext): Promise<string> {
  const { url } = await startGateway({
    host: '127.0.0.1',
    port: 0,
    upstreamUrl,
    upstreamTimeoutMs: 30_000,
    issuer,
    audience,
    keyStoreFile,
    hosts: ['127.0.0.1'],
    trustedProxies: [],
  })
  return url
}
