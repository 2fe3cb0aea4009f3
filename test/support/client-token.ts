/** An access token by the client credentials grant (RFC 6749 §4.4). */
export async function clientToken(
  issuer: string,
  client: { readonly client_id: string; readonly client_secret: string; readonly scope: string },
): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: client.scope }),
  })
  const { access_token } = (await response.json()) as { access_token?: string }
  if (!access_token) throw new Error(`no token (${response.status})`)
  return access_token
}
