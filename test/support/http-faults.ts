import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'

/** Answers with a text. */
export function answerWith(
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
  status = 200,
): RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body)
}

const JSON_TYPE = { 'content-type': 'application/json' }

/**
 * What a server that should answer with JSON may do instead, whoever it is. Whatever it does, what it says is `good`: only how
 * it is said is wrong.
 * @param elsewhere a URL at which `good` is answered well
 */
export function httpFaults(good: string, elsewhere: string): Readonly<Record<string, RequestListener>> {
  const json = (body: string | Buffer, status?: number) => answerWith(body, JSON_TYPE, status)
  const redirect = (status: number, location: string) => answerWith(good, { ...JSON_TYPE, location }, status)
  return {
    HTML: answerWith('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
    'the good answer, as text': json(JSON.stringify(good)),
    'the good answer, in a list': json(`[${good}]`),
    nothing: json(''),
    null: json('null'),
    true: json('true'),
    'half of it': json(good.slice(0, good.length / 2)),
    'two documents': json(good + good),
    'bytes that are no UTF-8': json(Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.from([0xff, 0x7d])])),
    ...Object.fromEntries(
      [201, 202, 400, 401, 403, 404, 405, 429, 500, 503].map((status) => [`a ${status}`, json(good, status)]),
    ),
    'a 204': json('', 204),
    'a 304': json('', 304),
    'a redirect to a good answer': redirect(302, elsewhere),
    'a redirect that repeats the question': redirect(307, elsewhere),
    'a redirect to the metadata of a cloud': redirect(302, 'http://169.254.169.254/latest/meta-data/'),
    'less than it announced': (_request, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': String(good.length + 10) })
      response.write(good, () => response.destroy())
    },
    'a reset in the middle': (request, response) => {
      response.writeHead(200, JSON_TYPE).write(good.slice(0, 5), () => request.socket.resetAndDestroy())
    },
    'a closed connection': (request) => void request.socket.destroy(),
    silence: () => undefined,
    'silence after the headers': (_request, response) => response.writeHead(200, JSON_TYPE).flushHeaders(),
    'one byte after the other': (_request, response) => {
      response.writeHead(200, JSON_TYPE)
      const timer = setInterval(() => response.write(' '), 5)
      response.once('close', () => clearInterval(timer))
    },
    'more than anybody reads': (_request, response) => {
      response.writeHead(200, JSON_TYPE)
      const more = (): void => void (response.destroyed || response.write(' '.repeat(65_536), more))
      more()
    },
    'good, and too large': json(good.padEnd(1024 * 1024)),
    'more than anybody unpacks': answerWith(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')), {
      ...{ ...JSON_TYPE, 'content-encoding': 'gzip' },
    }),
    'brackets without end': json('['.repeat(60_000)),
  }
}
