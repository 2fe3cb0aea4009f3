import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { apiBoundary, CREDENTIALS } from '../support/api-boundary.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { principal } from '../support/outcomes.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const lead = principal({ subject: 'lead', roles: ['lead'] })

/** What a rule asks for, and what a hierarchy includes, is nothing that anybody has been given. */
test('the upstream is told the roles of the credential, and none that the gateway only asked for', async () => {
  const gate = apiBoundary({
    authenticate: headerAuthenticator('x-api-key', { ...CREDENTIALS, lead }),
    routes: [
      { path: '/any/**', roles: { any: ['editor', 'owner', 'lead'] } },
      { path: '/below/**', roles: ['viewer'] },
    ],
    roleHierarchy: { lead: ['editor'], editor: ['viewer'] },
  })
  const port = await serve(
    createServer((request, response) => gate(request, response, () => response.end(request.headers['x-user-roles']))),
  )
  for (const path of ['/any/1', '/below/1']) {
    for (const [key, roles] of Object.entries({ alice: 'editor', lead: 'lead' })) {
      const headers = [
        ['X-API-Key', key],
        ['X-User-Roles', 'owner,admin'],
      ] as const
      const { status, body } = await sendRequest(port, { path, headers })
      assert.deepEqual([status, body], [200, roles])
    }
    assert.equal((await sendRequest(port, { path, headers: [['X-API-Key', 'admin']] })).status, 403)
  }
})
