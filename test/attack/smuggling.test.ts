import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendBytes, statusesIn } from '../support/raw-tcp.ts'

const gateway = await attackedGateway()
const key = `X-API-Key: ${gateway.apiKey}`
const HOST = 'Host: 127.0.0.1'
const INNER = `GET /admin/smuggled HTTP/1.1\r\n${HOST}\r\nX-User-ID: root\r\nX-User-Roles: admin\r\n\r\n`
const CHUNKED_INNER = `0\r\n\r\n${INNER}`

const request = (method: string, target: string, headers: readonly string[], body = '', version = '1.1') =>
  `${[`${method} ${target} HTTP/${version}`, HOST, ...headers].join('\r\n')}\r\n\r\n${body}`

const arrivedTargets = () => gateway.upstream.take().map(({ target }) => target)

/** Two servers that disagree where a request ends: the rest of one is a request of its own to the other. */
suite('a request whose end can be read in two ways', () => {
  const TE = 'Transfer-Encoding: chunked'
  const framings: Readonly<Record<string, readonly string[]>> = {
    'Content-Length and chunked': [`Content-Length: ${CHUNKED_INNER.length}`, TE],
    'chunked and Content-Length': [TE, 'Content-Length: 3'],
    'two lengths': ['Content-Length: 0', `Content-Length: ${INNER.length}`],
    'two lengths in one': [`Content-Length: 0, ${INNER.length}`],
    'a length with a sign': [`Content-Length: +${INNER.length}`],
    'a negative length': ['Content-Length: -1'],
    'a length in hexadecimal': ['Content-Length: 0x10'],
    'a length with a space in it': ['Content-Length: 1 0'],
    'a length that is no number': ['Content-Length: ten'],
    'an enormous length': ['Content-Length: 99999999999999999999999'],
    'an empty length': ['Content-Length:'],
    'a space before the colon': ['Transfer-Encoding : chunked', `Content-Length: ${CHUNKED_INNER.length}`],
    'a tab before the colon': ['Transfer-Encoding\t: chunked'],
    'a space before the colon of the length': [`Content-Length : ${INNER.length}`],
    xchunked: ['Transfer-Encoding: xchunked'],
    'chunked, then identity': ['Transfer-Encoding: chunked, identity'],
    'identity alone': ['Transfer-Encoding: identity', `Content-Length: ${INNER.length}`],
    'chunked in quotes': ['Transfer-Encoding: "chunked"'],
    'chunked after a vertical tab': ['Transfer-Encoding:\vchunked'],
    'a header that is folded': ['Transfer-Encoding:\r\n chunked'],
    'a fold that hides a header': ['X-Thing: 1\r\n Transfer-Encoding: chunked'],
    'a header of no name': [': chunked'],
    'a header without a colon': ['Transfer-Encoding chunked'],
    'a line that ends in CR': ['X-Thing: 1\rTransfer-Encoding: chunked'],
    'a line that ends in LF': [`X-Thing: 1\nContent-Length: ${INNER.length}`],
    'a NUL': ['X-Thing: a\0b'],
    'a NUL in a name': ['X\0Thing: a'],
    'a first header that is folded': [' X-Thing: 1'],
    'a name with a parenthesis': ['X(Thing): 1'],
  }
  for (const [name, headers] of Object.entries(framings)) {
    test(`${name}: it is refused, or one request arrives`, async () => {
      for (const target of ['/public/outer', '/echo']) {
        const sent = request('POST', target, [key, ...headers], CHUNKED_INNER)
        const statuses = statusesIn(await sendBytes(gateway.port, sent))
        assert.equal(statuses[0], 400)
        assert.equal(statuses.length, 1)
        assert.deepEqual(arrivedTargets(), [])
      }
    })
  }

  test('HTTP/1.0 with chunks is refused, and closed', async () => {
    for (const headers of [
      [TE],
      [TE, 'Connection: keep-alive'],
      [`Content-Length: ${INNER.length}`, TE],
      ['TrAnSfEr-EnCoDiNg: chunked'],
    ]) {
      const sent = request('POST', '/public/outer', headers, CHUNKED_INNER, '1.0')
      assert.equal(statusesIn(await sendBytes(gateway.port, sent))[0], 400)
    }
    assert.deepEqual(arrivedTargets(), [])
  })

  // Node.js reads a request line without a version as HTTP/0.9, which knows neither headers nor bodies.
  test('HTTP/0.9 is refused, and what comes with it', async () => {
    const lines = [
      'GET /public/outer',
      'POST /public/outer',
      'GET /public/outer HTTP/0.9',
      'POST /public/outer HTTP/0.9',
    ]
    for (const line of lines) {
      for (const headers of [[], [key], [TE], [`Content-Length: ${CHUNKED_INNER.length}`]]) {
        const sent = `${[line, HOST, ...headers].join('\r\n')}\r\n\r\n${CHUNKED_INNER}`
        const statuses = statusesIn(await sendBytes(gateway.port, sent))
        assert.deepEqual([arrivedTargets(), statuses.filter((status) => status < 400)], [[], []], JSON.stringify(sent))
      }
    }
  })

  const chunks: Readonly<Record<string, string>> = {
    'a size with a sign': '+5\r\nhello\r\n0\r\n\r\n',
    'a size in 0x': '0x5\r\nhello\r\n0\r\n\r\n',
    'a size that overflows': 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n',
    'a size that is none': 'g\r\nhello\r\n0\r\n\r\n',
    'an empty size': '\r\nhello\r\n0\r\n\r\n',
    'a size that ends in LF': '5\nhello\r\n0\r\n\r\n',
    'a chunk that is longer than it says': '2\r\nhello\r\n0\r\n\r\n',
    'a chunk that ends in LF': '5\r\nhello\n0\r\n\r\n',
    'an extension with LF': '5;a\nb\r\nhello\r\n0\r\n\r\n',
    'a size with spaces before it': ' 5\r\nhello\r\n0\r\n\r\n',
  }
  for (const [name, body] of Object.entries(chunks)) {
    test(`${name}: no second request arrives`, async () => {
      const sent = request('POST', '/public/outer', [TE], body + INNER)
      const statuses = statusesIn(await sendBytes(gateway.port, sent))
      assert.ok(!statuses.includes(200), statuses.join())
      assert.ok(arrivedTargets().every((target) => target === '/public/outer'))
    })
  }

  test('broken request lines are refused', async () => {
    for (const line of [
      ...['GET /public/a HTTP/1.1 HTTP/1.1', 'GET /public/a\tHTTP/1.1', 'GET'],
      ...['GET /public/a HTTP/2.0', 'GET /public/a HTTP/1.10', 'GET /public/a http/1.1'],
      ...[
        'GET /public/a\0 HTTP/1.1',
        'GET /public/a\r HTTP/1.1',
        ' GET /public/a HTTP/1.1',
        'PRI * HTTP/2.0',
        '\x16\x03\x01',
      ],
    ]) {
      const statuses = statusesIn(await sendBytes(gateway.port, `${line}\r\n${HOST}\r\nConnection: close\r\n\r\n`))
      assert.ok(!statuses.some((status) => status < 400), JSON.stringify(line))
    }
    assert.deepEqual(arrivedTargets(), [])
  })
})

suite('a request behind another on one connection', () => {
  const outer = (target: string, headers: readonly string[], body: string) => request('POST', target, headers, body)

  test('stands on its own: the first one opens nothing for it', async () => {
    const both = request('GET', '/echo', [key]) + request('GET', '/admin/second', ['Connection: close'])
    assert.deepEqual(statusesIn(await sendBytes(gateway.port, both)), [200, 401])
    assert.deepEqual(arrivedTargets(), ['/echo'])
    const other = request('GET', '/echo', []) + request('GET', '/echo', [key, 'Connection: close'])
    assert.deepEqual(statusesIn(await sendBytes(gateway.port, other)), [401, 200])
    assert.deepEqual(arrivedTargets(), ['/echo'])
  })

  test('behind a body that a refusal left unread is read from where it begins', async () => {
    const refused: readonly (readonly string[])[] = [[], ['X-API-Key: bad'], [key, key]]
    for (const headers of refused) {
      const framings = [outer('/echo', [...headers, `Content-Length: ${INNER.length}`], INNER)]
      framings.push(
        outer(
          '/echo',
          [...headers, 'Transfer-Encoding: chunked'],
          `${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`,
        ),
      )
      for (const first of framings) {
        const second = request('GET', '/public/second', ['Connection: close'])
        const statuses = statusesIn(await sendBytes(gateway.port, first + second))
        assert.ok((statuses[0] ?? 0) >= 400)
        assert.ok(statuses.length === 1 || (statuses.length === 2 && statuses[1] === 200), statuses.join())
        assert.deepEqual(arrivedTargets(), statuses.length === 2 ? ['/public/second'] : [])
      }
    }
  })

  test('behind a malformed one is not looked at', async () => {
    const malformed = [
      request('GET', '/public/../admin', []),
      request('GET', '/public/first', ['X-API-Key: a', 'X-API-Key: b']),
      request('POST', '/public/first', ['Host: evil.example.test', `Content-Length: ${INNER.length}`], INNER),
      request('FOO', '/public/first', []),
      request('PURGE', '/public/first', []),
    ]
    for (const first of malformed) {
      assert.deepEqual(statusesIn(await sendBytes(gateway.port, first + request('GET', '/public/second', []))), [400])
      assert.deepEqual(arrivedTargets(), [])
    }
  })

  test('inside a body stays a body, whatever the method', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const framings = [
        request(method, '/public/outer', [`Content-Length: ${INNER.length}`, 'Connection: close'], INNER),
      ]
      const chunk = `${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`
      framings.push(request(method, '/public/outer', ['Transfer-Encoding: chunked', 'Connection: close'], chunk))
      framings.push(
        request(method, '/public/outer', ['Connection: close, Transfer-Encoding', 'Transfer-Encoding: chunked'], chunk),
      )
      framings.push(
        request(
          method,
          '/public/outer',
          ['Connection: close, Content-Length', `Content-Length: ${INNER.length}`],
          INNER,
        ),
      )
      for (const sent of framings) {
        assert.equal(statusesIn(await sendBytes(gateway.port, sent)).length, 1)
        const records = gateway.upstream.take()
        assert.deepEqual(
          records.map(({ target }) => target),
          ['/public/outer'],
          method,
        )
        assert.equal(records[0]?.body, INNER, method)
      }
    }
  })

  test('on the connection to the upstream is another for each: 30 of them arrive as 30', async () => {
    const sent = Array.from({ length: 30 }, (_, index) =>
      request('POST', `/public/${index}`, ['Content-Length: 5'], `b-${String(index).padStart(3, '0')}`),
    )
    const statuses = statusesIn(await sendBytes(gateway.port, sent.join('')))
    assert.deepEqual(
      statuses,
      Array.from({ length: 30 }, () => 200),
    )
    const records = gateway.upstream.take()
    assert.deepEqual(
      records.map(({ target, body }) => [target, body]),
      records.map((_, index) => [`/public/${index}`, `b-${String(index).padStart(3, '0')}`]),
    )
    assert.equal(records.length, 30)
  })
})
