import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, accessTokenClaims, NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { type HostileIssuer, hostileIssuer } from '../support/hostile-issuer.ts'
import { type ReceivedAnswer, sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const signer = createSigningKey('ES256')
const good = JSON.stringify({ keys: [signer.jwk] })
let elsewhere = 0
const otherPort = await serve((_request, response) => {
  elsewhere++
  response.end(good)
})

const text =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, headers).end(body)
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end(good)

/** What a key set was ever answered with, by accident or by design. */
const FAULTS: Readonly<Record<string, RequestListener>> = {
  'a 500 with good keys': status(500),
  'a 401 with good keys': status(401),
  'a 304': (_request, response) => void response.writeHead(304).end(),
  'a redirect to good keys': status(302, { location: `http://127.0.0.1:${otherPort}/jwks` }),
  'a permanent redirect to good keys': status(308, { location: `http://127.0.0.1:${otherPort}/jwks` }),
  'a redirect to a file': status(302, { location: 'file:///etc/passwd' }),
  'a redirect to the metadata of a cloud': status(302, { location: 'http://169.254.169.254/latest/meta-data/' }),
  nothing: text(''),
  HTML: text('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
  null: text('null'),
  'a list': text('[]'),
  'a list of null': text('[null]'),
  text: text(JSON.stringify(good)),
  'keys that are an object': text('{"keys":{}}'),
  'keys that are null': text('{"keys":null}'),
  'no keys': text('{"keys":[]}'),
  'nulls for keys': text('{"keys":[null,null]}'),
  'half of it': text(good.slice(0, 60)),
  'two documents': text(good + good),
  'bytes that are no UTF-8': text(Buffer.concat([Buffer.from(good), Buffer.from([0xff])])),
  'less than it announced': (_request, response) => {
    response.writeHead(200, { 'content-length': String(good.length + 10) })
    response.write(good, () => response.destroy())
  },
  'a reset in the middle': (request, response) => {
    response.writeHead(200).write(good.slice(0, 60), () => request.socket.resetAndDestroy())
  },
  'a closed connection': (request) => void request.socket.destroy(),
  silence: () => undefined,
  'silence after the headers': (_request, response) => response.flushHeaders(),
  'one byte after the other': (_request, response) => {
    const timer = setInterval(() => response.write(' '), 5)
    response.once('close', () => clearInterval(timer))
  },
  'more than anybody reads': (_request, response) => {
    const more = (): void => void (response.destroyed || response.write(' '.repeat(65_536), more))
    more()
  },
  'good, and too large': text(good.padEnd(1024 * 1024)),
  'good, and too large once it is unpacked': text(gzipSync(good.padEnd(1024 * 1024)), { 'content-encoding': 'gzip' }),
  'more than anybody unpacks': text(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')), { 'content-encoding': 'gzip' }),
}

/** What is never given up must not keep the other tests waiting. */
const LIMIT = { timeout: 60_000 }
/** Faults that only a deadline ends. Any other has the time that a busy machine may take for a good answer. */
const STALLS = ['silence', 'silence after the headers', 'one byte after the other', 'more than anybody reads']
const LONG_MS = 20_000

interface Guarded {
  readonly issuer: HostileIssuer
  readonly clock: ReturnType<typeof testClock>
  /** Sends a token that nobody has seen before. */
  send(): Promise<ReceivedAnswer>
  /** Resolves when a refresh has failed. */
  failure(): Promise<unknown>
  reached(): number
}

async function guarded(name: string): Promise<Guarded> {
  const issuer = await hostileIssuer([signer.jwk])
  const clock = testClock(NOW)
  const failures = new EventTarget()
  const gate = boundary({
    authenticate: jwtAuthenticator({
      ...{ issuer: issuer.issuer, audience: AUDIENCE, algorithms: ['ES256'], now: clock.now },
      keySet: { deadlineMs: STALLS.includes(name) ? 300 : LONG_MS, maxStaleSeconds: 900 },
      warn: () => void failures.dispatchEvent(new Event('failed')),
    }),
  })
  let reached = 0
  const port = await serve((request, response) =>
    gate(request, response, () => {
      reached++
      response.end()
    }),
  )
  let sent = 0
  const send = () => {
    const claims = { iss: issuer.issuer, jti: String(sent++), iat: clock.now(), exp: clock.now() + 600 }
    const token = signer.sign(accessTokenClaims(claims))
    return sendRequest(port, { headers: [['Authorization', `Bearer ${token}`]] })
  }
  return { issuer, clock, send, failure: () => once(failures, 'failed'), reached: () => reached }
}

/** It is well: if not at once, because the machine was busy and the deadline is short, then a second later. */
async function assertWell({ clock, send }: Guarded): Promise<void> {
  await eventually(async () => {
    clock.advance(1)
    assert.equal((await send()).status, 200)
  })
}

suite('an issuer whose key set is', { concurrency: 4 }, () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    test(`${name}, from the start: 503 until it is well`, LIMIT, async () => {
      const gateway = await guarded(name)
      const { issuer, send, reached } = gateway
      issuer.setFault(fault)
      const answer = await send()
      assert.equal(answer.status, 503)
      assert.equal(answer.headers['retry-after'], '1')
      assert.equal(answer.headers['www-authenticate'], undefined)
      assert.ok(!/127\.0\.0\.1|jwks|Sign in/.test(answer.body))
      assert.equal(reached(), 0)
      issuer.setFault(undefined)
      await assertWell(gateway)
    })

    test(`${name}, later on: known keys work for a while, then it is 503`, LIMIT, async () => {
      const gateway = await guarded(name)
      const { issuer, clock, send, failure } = gateway
      await assertWell(gateway)
      const since = clock.now()
      issuer.setFault(fault)
      for (const age of [301, 600, 899]) {
        clock.set(since + age)
        const failed = failure()
        assert.equal((await send()).status, 200, `${age} s old`)
        await failed
      }
      clock.set(since + 901)
      assert.equal((await send()).status, 503)
      issuer.setFault(undefined)
      await assertWell(gateway)
    })
  }
})

test('nobody was asked to whom a redirect pointed', () => assert.equal(elsewhere, 0))
