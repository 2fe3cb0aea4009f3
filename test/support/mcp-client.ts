/*
 * The way of an MCP client that knows nothing but a URL: RFC 9728 §5, then RFC 8414 §3, then a token for that resource
 * (RFC 8707). Written from the specifications; it uses nothing of gatewarden.
 */

export interface McpClient {
  readonly client_id: string
  readonly client_secret: string
}

/** What a 401 or 403 says of itself. */
export interface BearerChallenge {
  readonly error: string | undefined
  readonly scope: string | undefined
  readonly metadataUrl: string
}

/** @throws Error when the answer leads nowhere */
export function challengeOf(answer: Response): BearerChallenge {
  const field = answer.headers.get('www-authenticate') ?? ''
  if (!/^Bearer /i.test(field)) throw new Error(`no Bearer challenge: ${field}`)
  const parameters = new Map(
    [...field.matchAll(/([\w-]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name, value]),
  )
  const metadataUrl = parameters.get('resource_metadata')
  if (metadataUrl === undefined) throw new Error(`no resource_metadata: ${field}`)
  return { error: parameters.get('error'), scope: parameters.get('scope'), metadataUrl }
}

/** From a challenge to a token: whatever does not fit together ends the way. */
export async function tokenFor(
  resource: string,
  challenge: BearerChallenge,
  client: McpClient,
): Promise<{ readonly token: string; readonly scope: string }> {
  const metadata = await json(challenge.metadataUrl)
  if (metadata.resource !== resource) throw new Error('the metadata is of another resource')
  const [issuer] = metadata.authorization_servers as readonly string[]
  if (issuer === undefined) throw new Error('no authorization server')
  const server = await json(serverMetadataUrl(issuer))
  if (server.issuer !== issuer) throw new Error('the metadata is of another issuer')
  const scope = challenge.scope ?? (metadata.scopes_supported as readonly string[])[0] ?? ''
  const response = await fetch(String(server.token_endpoint), {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope }),
  })
  if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`)
  const { access_token: token } = (await response.json()) as { access_token: string }
  return { token, scope }
}

/** RFC 8414 §3.1: inserted between host and path. */
function serverMetadataUrl(issuer: string): string {
  const { origin, pathname } = new URL(issuer)
  return `${origin}/.well-known/oauth-authorization-server${pathname === '/' ? '' : pathname}`
}

async function json(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, { redirect: 'error', headers: { 'mcp-protocol-version': '2025-11-25' } })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return (await response.json()) as Record<string, unknown>
}
