import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { hmacAuthenticator } from '../../lib/authenticate/hmac.ts'
import { secretVault } from '../../lib/secrets/vault.ts'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { memorySecretStore } from '../../lib/store/memory-secrets.ts'
import { boundary } from '../../middleware/boundary.ts'
import { type PostmanRequest, runPostmanScript } from '../support/postman.ts'
import { foldedValues, type Recorded, recordingUpstream } from '../support/recording-upstream.ts'
import { runCommand } from '../support/run-command.ts'
import { serve } from '../support/serve.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SIGNERS = 'examples/signers'
const vault = secretVault({ store: memorySecretStore(), sealingKeys: [Buffer.alloc(32, 7)] })
const { secret, record } = await vault.create({ owner: 'acme', scopes: ['write:orders'] })
const upstream = await recordingUpstream()
const app = express()
app.use(boundary({ authenticate: hmacAuthenticator({ keys: vault, replayStore: memoryReplayStore() }) }))
app.use(createProxyMiddleware({ target: upstream.url }))
const gateway = `http://127.0.0.1:${await serve(app)}`

const BODY = '{"text":"Gr\u00fc\u00dfe\\n"}\n'
const bodyFile = join(temporaryFolder(), 'body.json')
writeFileSync(bodyFile, BODY)

/** Runs a signer of the examples, as its reader does. */
function sign(command: readonly [string, ...string[]], args: readonly string[], withSecret = secret) {
  const env = { ...process.env, KEY_ID: record.keyId, SECRET: withSecret }
  const [program, ...before] = command
  return runCommand(program, [...before, ...args], { env })
}

function isThere(program: string): Promise<boolean> {
  return runCommand(program, ['--version']).then(
    ({ code }) => code === 0,
    () => false,
  )
}

function told(request: Recorded | undefined, name: string): string | undefined {
  return request && foldedValues(request, name)[0]
}

const CLIENTS = {
  'bash, openssl and curl': ['bash', `${SIGNERS}/sign.sh`],
  'Node.js': [process.execPath, `${SIGNERS}/sign.mjs`],
  Python: ['python3', `${SIGNERS}/sign.py`],
} as const

for (const [name, command] of Object.entries(CLIENTS)) {
  const skip = (await isThere(command[0])) ? false : `${command[0]} is not installed`
  suite(`the signer of ${name}`, { skip }, () => {
    test('signs a request without a body', async () => {
      const { code, stderr } = await sign(command, ['GET', `${gateway}/orders?a=1&b=%20x`])
      assert.deepEqual([code, stderr], [0, ''])
      const request = upstream.take().at(-1)
      assert.equal(request?.target, '/orders?a=1&b=%20x')
      assert.equal(told(request, 'x-client-id'), 'acme')
      assert.equal(told(request, 'x-signature'), undefined)
    })

    test('signs a request with a body, which arrives as it was sent', async () => {
      const { code, stderr } = await sign(command, ['POST', `${gateway}/orders`, bodyFile])
      assert.deepEqual([code, stderr], [0, ''])
      assert.equal(Buffer.from(upstream.take().at(-1)?.body ?? '', 'latin1').toString(), BODY)
    })

    test('is refused with another secret, and says how it is used', async () => {
      const { stdout } = await sign(command, ['GET', `${gateway}/orders`], 'another-secret')
      assert.match(stdout, /"code":"invalid_token"/)
      assert.equal(upstream.take().length, 0)
      const { code, stderr } = await sign(command, [])
      assert.notEqual(code, 0)
      assert.match(stderr, /METHOD URL \[FILE\]/)
    })
  })
}

suite('the pre-request script of Postman', () => {
  const requests: Readonly<Record<string, PostmanRequest>> = {
    'a request without a body': { method: 'GET', url: '{{gateway}}/orders?a=1&b=%20x' },
    'a request with a body': { method: 'POST', url: '{{gateway}}/orders', body: { mode: 'raw', raw: BODY } },
  }
  for (const [name, request] of Object.entries(requests)) {
    test(`signs ${name}`, async () => {
      const variables = { gateway, keyId: record.keyId, secret }
      const response = await runPostmanScript(`${SIGNERS}/postman.js`, request, variables)
      assert.equal(response.status, 200)
      assert.equal(told(upstream.take().at(-1), 'x-client-id'), 'acme')
    })
  }
})
