import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readConfig } from '../../examples/gateway/config.ts'
import { type Gateway, startGateway } from '../../examples/gateway/gateway.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const running: Gateway[] = []
after(async () => {
  for (const gateway of running) await gateway.close()
})

/** What clients of a gateway are told that it is called. */
async function resourceOf(environment: Readonly<Record<string, string>>): Promise<{ url: string; resource: unknown }> {
  const gateway = await startGateway(
    readConfig({
      ...{
        UPSTREAM_URL: 'http://127.0.0.1:9',
        ISSUER: 'https://login.example.com',
        AUDIENCE: 'https://api.example.com',
      },
      ...{ PORT: '0', KEY_STORE: join(temporaryFolder(), 'keys.sqlite') },
      ...environment,
    }),
  )
  running.push(gateway)
  const answer = await fetch(`${gateway.url}/.well-known/oauth-protected-resource`)
  return { url: gateway.url, resource: ((await answer.json()) as { readonly resource: unknown }).resource }
}

test('a gateway with a public name starts with that name, and is called by it behind TLS', async () => {
  assert.equal((await resourceOf({ GATEWAY_HOSTS: 'API.example.com,localhost' })).resource, 'https://api.example.com')
})

test('on this machine it is called what it listens on', async () => {
  const { url, resource } = await resourceOf({})
  assert.equal(resource, url)
})

test('it is called what it is told', async () => {
  const { resource } = await resourceOf({ PUBLIC_ORIGINS: 'https://api.example.com:8443' })
  assert.equal(resource, 'https://api.example.com:8443')
})
