import assert from 'node:assert/strict'
import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { hmacAuthenticator } from '../../lib/authenticate/hmac.ts'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { codeBlocks } from '../support/markdown.ts'
import { principalIn } from '../support/outcomes.ts'
import { repositoryFile } from '../support/repository-files.ts'
import { requestView } from '../support/request-view.ts'
import { runCommand } from '../support/run-command.ts'
import { HOST, signedGateway } from '../support/signed-gateway.ts'

interface Vector {
  readonly form: string
  readonly secret: string
  readonly keyId: string
  readonly method: string
  readonly host: string
  readonly target: string
  readonly timestamp: string
  readonly nonce?: string
  readonly contentType?: string
  readonly body: string
  readonly bodyDigest: string
  readonly stringToSign: string
  readonly mac: string
  readonly signature: string
}

const BLOCKS = codeBlocks(repositoryFile('docs/authenticators/hmac.md'))
const VECTORS = BLOCKS.filter(({ language }) => language === 'json').map(({ code }): Vector => JSON.parse(code))

test('there are test vectors of both forms, with a body and without', () => {
  const kinds = VECTORS.map(({ form, body }) => `${form} ${body === '' ? 'without' : 'with'}`)
  for (const form of ['hmac-sha256', 'hmac-sha256-v1']) {
    assert.ok(kinds.includes(`${form} with`) && kinds.includes(`${form} without`))
  }
})

for (const [index, vector] of VECTORS.entries()) {
  const { form, secret, keyId, method, host, target, timestamp, nonce, contentType, body } = vector
  suite(`the test vector ${index + 1} of the documentation`, () => {
    test('holds what comes out', () => {
      const digest = `sha256=${createHash('sha256').update(body).digest('hex')}`
      assert.equal(vector.bodyDigest, digest)
      const lines =
        form === 'hmac-sha256'
          ? [method, target, timestamp, digest, ...(nonce === undefined ? [] : [nonce])]
          : ['v1', method, host.toLowerCase(), target, timestamp, contentType ?? '', keyId, digest, nonce]
      assert.equal(vector.stringToSign, lines.join('\n'))
      const mac = createHmac('sha256', secret).update(vector.stringToSign).digest()
      assert.deepEqual([vector.mac, vector.signature], [mac.toString('hex'), `${form}=${mac.toString('base64')}`])
    })

    test('is accepted at its time', async () => {
      const now = () => Date.parse(timestamp) / 1000
      const key = {
        ...{ keyId, owner: 'acme', scopes: [], roles: [] },
        secrets: [createSecretKey(Buffer.from(secret))],
      }
      const keys = { find: (id: string) => (id === keyId ? key : undefined) }
      const authenticator = hmacAuthenticator({ keys, replayStore: memoryReplayStore({ now }), now })
      const headers = {
        'x-key-id': keyId,
        'x-timestamp': timestamp,
        ...(nonce !== undefined && { 'x-nonce': nonce }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      }
      const view = requestView(
        { 'x-signature': vector.signature },
        { method, target, authority: host, headers, body: Buffer.from(body) },
      )
      assert.equal((await principalIn(authenticator.authenticate(view))).credentialId, keyId)
    })
  })
}

test('the signature by hand, in the shell, is accepted by a running gateway', async () => {
  const script = BLOCKS.find(({ code }) => code.includes('STRING_TO_SIGN='))?.code ?? ''
  const gateway = await signedGateway({ boundary: { hosts: ['127.0.0.1', HOST] } })
  gateway.clock.set(Date.now() / 1_000)
  const { secret, record } = gateway.issued
  const env = { ...process.env, KEY_ID: record.keyId, SECRET_KEY: secret }
  const url = `http://127.0.0.1:${gateway.port}`
  const { code, stdout } = await runCommand('bash', ['-c', script.replace('https://api.example.com', url)], { env })
  assert.deepEqual([code, stdout], [0, 'served'])
  assert.equal(gateway.upstream.take()[0]?.body, '{"event": "payment.completed"}')
})
