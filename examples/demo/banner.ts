import type { ConfidentialClient } from './authorization-server/clients.ts'
import type { Ready } from './ready.ts'

/** Where things are, and commands to copy. The credentials in them are the demo's, and die with it. */
export function banner({ gateway, gatewayTls, metrics, issuer, upstream, audience, credentials }: Ready): string {
  const { apiKeys, clients, mtls, hmac, httpSignature } = credentials
  const { port } = new URL(gateway)
  const login = (username: string) => `$(npm run -s gateway:login -- ${username} --port ${port})`
  const clientToken = ({ client_id, client_secret }: ConfidentialClient) =>
    `$(curl -s -u ${client_id}:${client_secret} -d grant_type=client_credentials ` +
    `-d scope=read:orders ${issuer}/token | sed -E 's/.*"access_token":"([^"]+)".*/\\1/')`
  return `
gatewarden demo
  gateway               ${gateway}    the only door
  the same over TLS     ${gatewayTls}   for partners with certificates
  authorization server  ${issuer}    oidc-provider; users alice (admin, editor) and bob (viewer)
  OrderDesk             ${upstream}    the legacy monolith; it believes any X-User-ID
  metrics               ${metrics}    for Prometheus, on this machine alone

Copy these into another terminal, in this folder:

# public: no credential
curl -s ${gateway}/public/welcome

# API key
curl -s -H 'X-API-Key: ${apiKeys.live.key}' ${gateway}/orders

# client token (client credentials)
curl -s -H "Authorization: Bearer ${clientToken(clients.reader)}" ${gateway}/orders

# opaque token: the gateway asks the authorization server about it
curl -s -H "Authorization: Bearer ${clientToken(clients.opaque)}" ${gateway}/orders

# user token (authorization code + PKCE): alice is an admin
curl -s -H "Authorization: Bearer ${login('alice')}" ${gateway}/admin

# forbidden: bob is not
curl -si -H "Authorization: Bearer ${login('bob')}" ${gateway}/admin

# a key for a partner, made by alice
curl -s -X POST -H "Authorization: Bearer ${login('alice')}" -H 'Content-Type: application/json' -d '{"owner":"partner-beta","environment":"live","scopes":["read:orders"]}' ${gateway}/admin/keys

# decided by Open Policy Agent, or its policy compiled: bob is a user there
curl -s -H "Authorization: Bearer ${login('bob')}" ${gateway}/policy/api/echo

# token bound to a key, with the proof of having it (DPoP)
npm run -s gateway:dpop -- alice GET /orders --port ${port} | curl -s -K -

# stronger login: alice with a second factor
curl -s -H "Authorization: Bearer ${login('alice --mfa')}" ${gateway}/stepup/echo

# every token of bob ends
curl -si -X POST -H "Authorization: Bearer ${login('alice')}" -H 'Content-Type: application/json' -d '{"sub":"bob"}' ${gateway}/admin/revocations

# partner with a client certificate (mutual TLS)
curl -s --cacert ${mtls.ca} --cert ${mtls.cert} --key ${mtls.key} ${gatewayTls}/partners/echo

# webhook signed with a shared secret (HMAC)
KEY_ID=${hmac.keyId} SECRET=${hmac.secret} examples/signers/sign.sh POST ${gateway}/webhooks/echo package.json

# request signed by a key (RFC 9421)
KEY_ID=${httpSignature.keyId} KEY_FILE=${httpSignature.privateKeyFile} node examples/signers/sign-rfc9421.mjs GET ${gateway}/signed/echo

# limit of a tier: the last of twelve requests with a free key are too many
curl -s -o /dev/null -w '%{http_code}\\n' -H 'X-API-Key: ${apiKeys.free.key}' '${gateway}/orders?[1-12]'

# why: each stage, the rule and what it asks for; nothing is sent
npm run -s gatewarden -- explain --routes examples/gateway/routes.yaml --path /admin --ip 127.0.0.1 --issuer ${issuer} --audience ${audience} --token "${login('alice')}"

# metrics: what was decided, and how fast
curl -s ${metrics}/metrics

# forged headers: OrderDesk never sees them
curl -s -H 'X-User-ID: alice' -H 'X_User_Roles: admin' ${gateway}/public/echo

Ctrl-C stops everything.
`
}
