import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { eventually } from '../support/eventually.ts'
import { type IntrospectingGateway, introspectingGateway } from '../support/introspecting-gateway.ts'
import { activeAnswer } from '../support/introspection-answer.ts'
import { statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'

const good = JSON.stringify(activeAnswer())
let elsewhere = 0
const otherPort = await serve((_request, response) => {
  elsewhere++
  response.end(good)
})

const text =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, headers).end(body)
const json = (answer: unknown) => text(JSON.stringify(answer), { 'content-type': 'application/json' })
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = good): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end(body)

/** What an introspection endpoint was ever answered with, by accident or by design: none of it says whether a token is good. */
const FAULTS: Readonly<Record<string, RequestListener>> = {
  'active as text': json({ ...activeAnswer(), active: 'true' }),
  'active as a number': json({ ...activeAnswer(), active: 1 }),
  'active as null': json({ ...activeAnswer(), active: null }),
  'active as a list': json({ ...activeAnswer(), active: [true] }),
  'inactive as text': json({ active: 'false' }),
  'everything but active': json({ ...activeAnswer(), active: undefined }),
  'a list of an answer': json([activeAnswer()]),
  'null, as JSON': json(null),
  'an answer as text': json(good),
  'an error with 200': json({ error: 'invalid_client' }),
  'a signed answer, which nobody asked for': text('eyJhbGciOiJFUzI1NiJ9.e30.AAAA'),
  HTML: text('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
  nothing: text(''),
  'half of it': text(good.slice(0, 40)),
  'two documents': text(good + good),
  'bytes that are no UTF-8': text(Buffer.concat([Buffer.from(good.slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])])),
  'a 201': status(201),
  'a 204': status(204, {}, ''),
  'a 304': status(304, {}, ''),
  'a 400 that says it is active': status(400),
  'a 401, for our credentials are wrong': status(401, { 'www-authenticate': 'Basic realm="x"' }),
  'a 403': status(403),
  'a 404': status(404),
  'a 429': status(429),
  'a 500': status(500),
  'a 503': status(503),
  'a redirect to a good answer': status(302, { location: `http://127.0.0.1:${otherPort}/` }),
  'a redirect that repeats the form': status(307, { location: `http://127.0.0.1:${otherPort}/` }),
  'a redirect for ever': status(308, { location: `http://127.0.0.1:${otherPort}/` }),
  'a redirect to the metadata of a cloud': status(302, { location: 'http://169.254.169.254/latest/meta-data/' }),
  'less than it announced': (_request, response) => {
    response.writeHead(200, { 'content-length': String(good.length + 10) })
    response.write(good, () => response.destroy())
  },
  'a reset in the middle': (request, response) => {
    response.writeHead(200).write(good.slice(0, 40), () => request.socket.resetAndDestroy())
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
  'good, and too large': text(good.padEnd(128 * 1024)),
  'more than anybody unpacks': text(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')), { 'content-encoding': 'gzip' }),
  'brackets without end': text('['.repeat(60_000)),
}
const LIMIT = { timeout: 60_000 }
/** Faults that only a deadline ends. Any other has the time that a busy machine may take for a good answer. */
const STALLS = ['silence', 'silence after the headers', 'one byte after the other', 'more than anybody reads']
const SHORT = { deadlineMs: 300 }
const optionsFor = (fault: string) => (STALLS.includes(fault) ? SHORT : {})

/** If not at once, because the machine was busy and the deadline is short, then a second later. */
async function assertAnswered({ clock, statusOf: answered }: IntrospectingGateway, token: string, expected: number) {
  await eventually(async () => {
    clock.advance(1)
    assert.equal(await answered(token), expected)
  })
}

suite('a server that answers with', { concurrency: 4 }, () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    test(`${name}: 503, never access, never "your token is bad"; well again without a restart`, LIMIT, async () => {
      const gateway = await introspectingGateway(optionsFor(name))
      const { server, send, reached } = gateway
      server.setFault(fault)
      const answer = await send('good')
      assert.equal(statusOf(answer), 503)
      assert.match(answer, /\r\nretry-after: 1\r\n/i)
      assert.doesNotMatch(answer, /www-authenticate|127\.0\.0\.1|introspect|Sign in|invalid_client|hush/i)
      assert.equal(reached(), 0)
      server.setFault(undefined)
      await assertAnswered(gateway, 'good', 200)
      await assertAnswered(gateway, 'unknown', 401)
    })

    test(`${name}, later: what is known is good for its time, then 503, then well again`, LIMIT, async () => {
      const gateway = await introspectingGateway(optionsFor(name))
      const { server, clock, statusOf: answered, reached } = gateway
      await assertAnswered(gateway, 'good', 200)
      server.setFault(fault)
      clock.advance(29)
      assert.equal(await answered('good'), 200)
      clock.advance(1)
      assert.equal(await answered('good'), 503)
      assert.equal(reached(), 2)
      server.setFault(undefined)
      await assertAnswered(gateway, 'good', 200)
    })
  }

  test('an answer as deep as the sea: 401, for its form is right, and it fits into no principal', LIMIT, async () => {
    const { server, statusOf: answered } = await introspectingGateway()
    server.setFault(text(`${good.slice(0, -1)},"a":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`))
    assert.equal(await answered('good'), 401)
    server.setFault(undefined)
    assert.equal(await answered('unknown'), 401)
  })
})

test('nobody was asked to whom a redirect pointed', () => assert.equal(elsewhere, 0))

suite('a server that is asked too much', () => {
  test('is left alone as long as it says; callers are told how long, and who is known still gets in', async () => {
    const { server, clock, send, statusOf: answered } = await introspectingGateway()
    assert.equal(await answered('good'), 200)
    server.setFault(status(429, { 'retry-after': '20' }))
    const first = await send('new')
    assert.equal(statusOf(first), 503)
    assert.match(first, /\r\nretry-after: 20\r\n/i)
    const calls = server.forms().length
    server.setFault(undefined)
    clock.advance(12)
    const second = await send('other')
    assert.equal(statusOf(second), 503)
    assert.match(second, /\r\nretry-after: 8\r\n/i)
    assert.equal(await answered('good'), 200)
    assert.equal(server.forms().length, calls)
    clock.advance(8)
    assert.equal(await answered('other'), 401)
  })

  test('may name a time of the day', async () => {
    const { server, send } = await introspectingGateway()
    const [date, then] = [0, 40].map((seconds) => new Date((1_700_000_000 + seconds) * 1000).toUTCString())
    server.setFault(status(503, { date: date ?? '', 'retry-after': then ?? '' }))
    assert.match(await send('new'), /\r\nretry-after: 40\r\n/i)
  })

  test('cannot keep us away for days', async () => {
    const { server, clock, send, statusOf: answered } = await introspectingGateway()
    server.setFault(status(429, { 'retry-after': '999999' }))
    assert.match(await send('new'), /\r\nretry-after: 300\r\n/i)
    server.setFault(undefined)
    clock.advance(300)
    assert.equal(await answered('good'), 200)
  })
})

suite('what is active, and not good here', () => {
  const answers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'has expired': { exp: 1_600_000_000 },
    'expires in text': { exp: '9999999999' },
    'is for another audience': { aud: 'https://other.example.test' },
    'is for no audience': { aud: [] },
    'is of another issuer': { iss: 'https://other.example.test' },
    'is of another type': { token_type: 'N_A' },
    'is a refresh token': { token_use: 'refresh_token' },
    "is an identity provider's refresh token": { typ: 'Refresh' },
    'is bound to a key of its holder': { token_type: 'DPoP', cnf: { jkt: 'a'.repeat(43) } },
    'is bound to a certificate': { cnf: { 'x5t#S256': 'a'.repeat(43) } },
    'is bound in a way that we cannot check': { cnf: { kid: 'x' } },
    'has a subject that breaks lines': { sub: 'a\r\nX-User-ID: admin' },
    'has a subject that is a list': { sub: ['alice'] },
    'has a subject that is null': { sub: null },
    'has roles with a comma': { roles: ['viewer,admin'] },
    'names nobody': { sub: undefined, client_id: undefined },
  }
  for (const [name, changes] of Object.entries(answers)) {
    test(`because it ${name}: 401, and the server is not asked again at once`, async () => {
      const { server, send, reached } = await introspectingGateway()
      server.answer('bad', { ...activeAnswer(), ...changes })
      for (let count = 0; count < 3; count++) {
        const answer = await send('bad')
        assert.equal(statusOf(answer), 401)
        assert.match(answer, /\r\nwww-authenticate: Bearer [^\r]*error="invalid_token"/i)
      }
      assert.equal(server.forms().length, 1)
      assert.equal(reached(), 0)
    })
  }
})

suite('what is sent to the server', () => {
  test('holds no token that could be read as more of the form: those are refused before', async () => {
    const { server, statusOf: answered } = await introspectingGateway({ introspectAlways: ['/always'] })
    for (const token of ['a&client_id=admin', 'a=b', 'a b', 'a%26b', 'a;b', 'a,b', 'good&token=bad', '"good"', '']) {
      for (const target of ['/orders', '/always']) assert.equal(await answered(token, target), 400, token)
    }
    assert.deepEqual(server.forms(), [])
    assert.equal(await answered('a+/-._~='), 401)
    assert.equal(server.forms()[0]?.get('token'), 'a+/-._~=')
  })

  test('is the token and nothing of the request', async () => {
    const { server, statusOf: answered } = await introspectingGateway()
    assert.equal(await answered('good', '/orders?x=1'), 200)
    assert.deepEqual(Object.fromEntries(server.forms()[0] ?? []), { token: 'good', token_type_hint: 'access_token' })
  })
})

suite('many at once', () => {
  test('a thousand first requests with one token make one call', { timeout: 60_000 }, async () => {
    const { server, statusOf: answered, arrived, reached } = await introspectingGateway()
    server.setFault(async (_request, response) => {
      while (arrived() < 1_000) await turn()
      response.end(good)
    })
    const sent = Array.from({ length: 1_000 }, () => answered('good'))
    const statuses = await Promise.all(sent)
    assert.ok(statuses.every((status) => status === 200))
    assert.equal(reached(), 1_000)
    assert.equal(server.forms().length, 1)
  })

  test('more tokens than calls are allowed are 503, and the next ones are not', async () => {
    const gateway = await introspectingGateway({ maxInFlight: 2, ...SHORT })
    const { server, statusOf: answered } = gateway
    server.setFault(() => undefined)
    const statuses = await Promise.all(['a', 'b', 'c', 'd'].map((token) => answered(token)))
    assert.deepEqual(statuses, [503, 503, 503, 503])
    assert.equal(server.forms().length, 2)
    server.setFault(undefined)
    await assertAnswered(gateway, 'good', 200)
  })
})

suite('a server that flaps', () => {
  test('lets in whom it answers for and nobody else, one call after the other', async () => {
    const { server, statusOf: answered } = await introspectingGateway({ introspectAlways: ['/**'] })
    for (let round = 0; round < 10; round++) {
      server.setFault(round % 2 === 0 ? status(500) : undefined)
      assert.equal(await answered('good'), round % 2 === 0 ? 503 : 200)
      assert.equal(await answered('unknown'), round % 2 === 0 ? 503 : 401)
    }
  })
})
