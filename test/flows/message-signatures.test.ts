import assert from 'node:assert/strict'
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { createSigner, httpbis } from 'http-message-signatures'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { type FixedSignatureKey, httpSignatureAuthenticator } from '../../lib/authenticate/http-signature.ts'
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../../lib/signature-key.ts'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { boundary } from '../../middleware/boundary.ts'
import { documentedModule } from '../support/documented-module.ts'
import { digestOf } from '../support/message-signature.ts'
import { sendBytes, sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues, recordingUpstream } from '../support/recording-upstream.ts'
import { serve } from '../support/serve.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const secret = createSecretKey(Buffer.alloc(32, 7))
const PAIRS = {
  ed25519: generateKeyPairSync('ed25519'),
  'ecdsa-p256-sha256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'rsa-pss-sha512': rsa,
  'rsa-v1_5-sha256': rsa,
  'hmac-sha256': { publicKey: secret, privateKey: secret },
}
const keys: readonly FixedSignatureKey[] = SIGNATURE_ALGORITHMS.map((algorithm) => ({
  keyId: algorithm,
  owner: 'acme',
  algorithm,
  key: PAIRS[algorithm].publicKey,
}))

const upstream = await recordingUpstream()
const app = express()
const port = await serve(app)
const gateway = `http://127.0.0.1:${port}`
app.use(
  boundary({
    authenticate: httpSignatureAuthenticator({ origins: [gateway], keys, replayStore: memoryReplayStore() }),
  }),
)
app.use(createProxyMiddleware({ target: upstream.url }))

const BODY = '{"text":"Gr\u00fc\u00dfe\\n"}\n'

interface Request {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Signs as a client does that knows nothing of us. */
async function signedBy(
  algorithm: SignatureAlgorithm,
  { method, path, headers = {}, body }: Request,
  fields: readonly string[],
  more: { readonly name?: string; readonly tag?: string } = {},
): Promise<Record<string, string>> {
  const url = gateway + path
  const digest: Record<string, string> = body === undefined ? {} : { 'Content-Digest': digestOf(body, 'sha-512') }
  const { headers: signed } = await httpbis.signMessage(
    {
      key: createSigner(PAIRS[algorithm].privateKey, algorithm, algorithm),
      name: more.name ?? 'sig',
      params: ['created', 'expires', 'keyid', 'alg', 'nonce', ...(more.tag === undefined ? [] : ['tag'])],
      paramValues: { nonce: crypto.randomUUID(), ...(more.tag !== undefined && { tag: more.tag }) },
      fields: [...fields],
    },
    { method, url, headers: { ...headers, ...digest } },
  )
  return signed as Record<string, string>
}

async function send({ method, path, body }: Request, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(gateway + path, { method, headers, ...(body !== undefined && { body }) })
}

const TARGET = ['@method', '@target-uri']

for (const algorithm of SIGNATURE_ALGORITHMS) {
  suite(`http-message-signatures with ${algorithm}`, () => {
    test('a request without a body is let through, once', async () => {
      const request: Request = { method: 'GET', path: '/orders?b=2&a=%20x&a=1' }
      const headers = await signedBy(algorithm, request, TARGET)
      assert.equal((await send(request, headers)).status, 200)
      const recorded = upstream.take().at(-1)
      assert.equal(recorded?.target, request.path)
      assert.deepEqual(recorded && foldedValues(recorded, 'x-client-id'), ['acme'])
      for (const name of ['signature', 'signature-input']) {
        assert.deepEqual(recorded && foldedValues(recorded, name), [], 'what counted once goes no further')
      }
      assert.equal((await send(request, headers)).status, 401)
      assert.equal(upstream.take().length, 0)
    })

    test('a body arrives as it was signed', async () => {
      const request: Request = {
        method: 'POST',
        path: '/orders',
        body: BODY,
        headers: { 'Content-Type': 'text/plain' },
      }
      const parts = ['@method', '@authority', '@path', '@query', '@scheme', 'content-type', 'content-digest']
      const headers = await signedBy(algorithm, request, parts)
      assert.equal((await send({ ...request, body: `${BODY} ` }, headers)).status, 401)
      assert.equal((await send(request, headers)).status, 200)
      const bodies = upstream.take().map(({ body }) => Buffer.from(body, 'latin1').toString())
      assert.deepEqual(bodies, [BODY])
    })
  })
}

test('other components, a key of a dictionary and a query parameter among them', async () => {
  const request: Request = {
    method: 'GET',
    path: '/orders?page=1%2F2',
    headers: { 'X-Dictionary': 'a=1, b=("c" d);e' },
  }
  const fields = [...TARGET, 'x-dictionary', '@request-target', '@query-param;name="page"']
  assert.equal((await send(request, await signedBy('ed25519', request, fields))).status, 200)
  upstream.take()
})

test('the signer that the documents show', async () => {
  const { signatureHeaders } = await documentedModule('docs/authenticators/http-signature.md', 'signatureHeaders')
  if (typeof signatureHeaders !== 'function') return assert.fail('it is shown')
  const signed = signatureHeaders('POST', `${gateway}/orders?a=1`, BODY, 'ed25519', PAIRS.ed25519.privateKey)
  assert.equal((await send({ method: 'POST', path: '/orders?a=1', body: BODY }, signed)).status, 200)
  upstream.take()
})

test('two signatures of which one has the tag of another application', async () => {
  const request: Request = { method: 'GET', path: '/orders' }
  const first = await signedBy('ed25519', request, TARGET, { name: 'proxy', tag: 'proxy' })
  const both = await signedBy('hmac-sha256', { ...request, headers: first }, TARGET)
  assert.match(both.Signature ?? '', /^proxy=.*, sig=/)
  assert.equal((await send(request, both)).status, 200)
  upstream.take()
})

test('without a signature, the answer tells what one must cover', async () => {
  const answer = await fetch(`${gateway}/orders`)
  assert.equal(answer.status, 401)
  assert.equal(answer.headers.get('www-authenticate'), 'HTTP-Signature realm="api"')
  assert.equal(answer.headers.get('accept-signature'), 'sig=("@method" "@target-uri" "content-digest");created')
  const bad = await fetch(`${gateway}/orders`, { headers: { signature: 'a=:AA==:', 'signature-input': 'a=()' } })
  assert.equal(bad.status, 401)
  assert.match(bad.headers.get('accept-signature') ?? '', /^sig=/)
})

suite('on the wire', () => {
  const lines = (headers: Readonly<Record<string, string>>) =>
    Object.entries(headers).map(([name, value]) => `${name}: ${value}`)

  test('another Host, absolute form, two fields of one name, and folded lines are refused', async () => {
    const request: Request = { method: 'GET', path: '/orders' }
    const sign = async () => lines(await signedBy('ed25519', request, TARGET))
    const statuses = [
      await sendRequestLines(port, { target: '/orders', headers: [...(await sign()), 'Host: evil.example.test'] }),
      await sendRequestLines(port, { target: `${gateway}/orders`, headers: await sign() }),
      await sendRequestLines(port, { target: '/orders', headers: [...(await sign()), 'Signature: x=:AA==:'] }),
      await sendRequestLines(port, { target: '/orders', headers: [...(await sign()), 'Signature-Input: x=()'] }),
      await sendRequestLines(port, {
        target: '/orders',
        headers: (await sign()).map((line) => line.replace('";nonce', '";\r\n nonce')),
      }),
    ].map(statusOf)
    assert.deepEqual(statuses, [401, 400, 400, 400, 400])
    assert.equal(upstream.take().length, 0)
    assert.equal(statusOf(await sendRequestLines(port, { target: '/orders', headers: await sign() })), 200)
    upstream.take()
  })

  test('a compressed body is hashed and sent on as it came', async () => {
    const body = gzipSync(BODY)
    const digest = { 'Content-Digest': digestOf(body), 'Content-Encoding': 'gzip' }
    const request: Request = { method: 'POST', path: '/orders', headers: digest }
    const headers = await signedBy('ed25519', request, [...TARGET, 'content-digest', 'content-encoding'])
    const response = await fetch(`${gateway}/orders`, { method: 'POST', headers, body })
    assert.equal(response.status, 200)
    assert.equal(upstream.take().at(-1)?.body, body.toString('latin1'))
  })

  test('a chunked body is hashed without its framing, and arrives', async () => {
    const request: Request = { method: 'POST', path: '/orders', body: BODY }
    const headers = lines(await signedBy('ed25519', request, [...TARGET, 'content-digest']))
    const bytes = Buffer.from(BODY)
    const head = ['POST /orders HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: close', 'Transfer-Encoding: chunked']
    const chunk = (part: Buffer) =>
      Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])
    const message = Buffer.concat([
      Buffer.from([...head, ...headers, '', ''].join('\r\n')),
      chunk(bytes.subarray(0, 5)),
      chunk(bytes.subarray(5)),
      Buffer.from('0\r\n\r\n'),
    ])
    assert.equal(statusOf(await sendBytes(port, message, 2_000)), 200)
    assert.equal(Buffer.from(upstream.take().at(-1)?.body ?? '', 'latin1').toString(), BODY)
  })
})
