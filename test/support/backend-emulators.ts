import { foldedValues, type Recorded } from './recording-upstream.ts'

/** How some server reads what reached it: which path it would serve, and by which method. */
export interface BackendEmulator {
  path(record: Recorded): string
  method(record: Recorded): string
}

/** Old servers, each with the habit for which it is known in advisories. They read; they refuse nothing. */
export const BACKENDS: Readonly<Record<string, BackendEmulator>> = {
  'one that decodes once, merges slashes and resolves dots, as nginx does': reading((target) =>
    resolveDots(mergeSlashes(decode(pathOf(target)))),
  ),
  'one that cuts parameters off segments before it decodes, as Tomcat does': reading((target) =>
    resolveDots(mergeSlashes(decode(pathOf(target).replace(/;[^/]*/g, '')))),
  ),
  'one that cuts parameters off after it has decoded': reading((target) =>
    resolveDots(mergeSlashes(decode(pathOf(target)).replace(/;[^/]*/g, ''))),
  ),
  'one on Windows': reading((target) => {
    const decoded = decode(pathOf(target).replace(/%u([0-9a-f]{4})/gi, (_, hex) => fromHex(hex)))
    const pieces = resolveDots(mergeSlashes(decoded.replaceAll('\\', '/'))).split('/')
    return pieces.map((piece) => piece.replace(/[. ]+$/, '')).join('/')
  }),
  'one that decodes twice': reading((target) => resolveDots(mergeSlashes(decode(decode(pathOf(target)))))),
  'one that ends a path at NUL': reading((target) => resolveDots(decode(pathOf(target)).replace(/\0.*$/s, ''))),
  'one that maps full-width characters': reading((target) => resolveDots(decode(pathOf(target)).normalize('NFKC'))),
  'one that accepts overlong UTF-8': reading((target) =>
    resolveDots(
      decode(
        pathOf(target)
          .replace(/%c0%af/gi, '/')
          .replace(/%c0%ae/gi, '.'),
      ),
    ),
  ),
  'one that reads the target as a URL': reading((target) => decode(new URL(target, 'http://backend.test').pathname)),
  'one that obeys legacy override headers, folded as CGI folds names': {
    path(record) {
      const override = ['x-original-url', 'x-rewrite-url', 'x-original-uri', 'x-forwarded-uri', 'x-forwarded-path']
      const [value] = override.flatMap((name) => foldedValues(record, name))
      return resolveDots(decode(pathOf(value ?? record.target)))
    },
    method(record) {
      const override = ['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-method']
      return override.flatMap((name) => foldedValues(record, name))[0] ?? record.method
    },
  },
}

function reading(path: (target: string) => string): BackendEmulator {
  return { path: ({ target }) => path(target), method: ({ method }) => method }
}

function pathOf(target: string): string {
  return target.split(/[?#]/)[0] ?? ''
}

/** Bytes that are no UTF-8 become U+FFFD, as in most servers. */
function decode(path: string): string {
  const bytes = path.replace(/%([0-9a-f]{2})/gi, (_, hex) => fromHex(hex))
  const isBytes = [...bytes].every((character) => character <= '\xff')
  return isBytes ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes
}

function fromHex(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16))
}

function mergeSlashes(path: string): string {
  return path.replace(/\/+/g, '/')
}

function resolveDots(path: string): string {
  const kept: string[] = []
  for (const piece of path.split('/')) {
    if (piece === '..') kept.pop()
    else if (piece !== '.') kept.push(piece)
  }
  return `/${kept.join('/').replace(/^\/+/, '')}`
}
