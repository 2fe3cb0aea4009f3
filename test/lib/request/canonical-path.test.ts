import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { foldSegment, type PathOptions, pathCanonicalizer } from '../../../lib/request/canonical-path.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { type SeededRandom, seededRandom } from '../../support/seeded-random.ts'

const canonicalize = pathCanonicalizer()

suite('accepted, in one spelling', () => {
  const accepted: readonly (readonly [string, string, readonly string[]])[] = [
    ['/', '/', []],
    ['/orders', '/orders', ['orders']],
    ['/orders/', '/orders/', ['orders']],
    ['/Orders/42', '/Orders/42', ['orders', '42']],
    ['/%6frders', '/orders', ['orders']],
    ['/%4Frders', '/Orders', ['orders']],
    ['/%7Euser', '/~user', ['~user']],
    ['/a%2db', '/a-b', ['a-b']],
    ['/caf%c3%a9', '/caf%C3%A9', ['caf\u00e9']],
    ['/CAF%C3%89', '/CAF%C3%89', ['caf\u00e9']],
    ['/cafe%CC%81', '/cafe%CC%81', ['caf\u00e9']],
    ['/a%20b', '/a%20b', ['a b']],
    ["/a!$&'()*+,=:@b", "/a!$&'()*+,=:@b", ["a!$&'()*+,=:@b"]],
    ['/a%21', '/a%21', ['a!']],
    ['/..a/.b', '/..a/.b', ['..a', '.b']],
    ['/...a', '/...a', ['...a']],
    ['/%EF%BC%A1dmin', '/%EF%BC%A1dmin', ['admin']],
    ['/%C4%B0', '/%C4%B0', ['i\u0307']],
    ['/stra%C3%9Fe', '/stra%C3%9Fe', ['strasse']],
  ]
  for (const [sent, path, segments] of accepted) {
    test(sent, () => assert.deepEqual(canonicalize(sent), { path, segments }))
  }
})

suite('refused: two servers could read two paths', () => {
  const refused = [
    ...['', '*', 'orders', 'http://api.example.test/orders', 'api.example.test:443', '?a=b'],
    ...['//', '//orders', '/orders//42', '/orders//', '/a/./b', '/a/../b', '/.', '/..', '/a/..', '/a/.', '/a/../'],
    ...[
      '/%2e',
      '/%2E%2E/admin',
      '/.%2e/admin',
      '/a/%2e./b',
      '/a%2fb',
      '/a%2Fb',
      '/a%5cb',
      '/a\\b',
      '/%2f',
      '/%5C..%5C',
    ],
    ...['/a;b', '/a;', '/;/a', '/a%3bb', '/a%3Bjsessionid=1', '/..;/admin'],
    ...['/%', '/%4', '/%zz', '/%u0041', '/a%2', '/%%34%31', '/%2541', '/%25', '/%252e%252e/'],
    ...[
      '/a%00',
      '/%0a',
      '/%0D%0A',
      '/%7f',
      '/%C2%80',
      '/a b',
      '/a\tb',
      '/a\u0000',
      '/a#b',
      '/a?b',
      '/a"b',
      '/a<b>',
      '/a|b',
    ],
    ...['/caf\u00e9', '/%ff', '/%c0%ae%c0%ae/', '/%c3', '/%C3%28', '/%ED%A0%80', '/%F4%90%80%80', '/%E0%80%AF'],
    ...['/a.', '/a%2e', '/a./b', '/a%20', '/a%20/b', '/...', '/%20'],
    ...['/%EF%BC%8E%EF%BC%8E', '/a%EF%BC%8Fb', '/a%EF%BC%BCb', '/a%EF%BC%9Bb', '/a%EF%BC%85b', '/%E2%80%A5'],
  ]
  for (const sent of refused) {
    test(JSON.stringify(sent), () => assert.equal(canonicalize(sent), undefined))
  }
})

suite('an option opens a single case', () => {
  const opened: readonly (readonly [PathOptions, string, string, readonly string[]])[] = [
    [{ allowEncodedSeparators: true }, '/a%2fb/%5cc', '/a%2Fb/%5Cc', ['a/b', '\\c']],
    [{ allowEncodedPercent: true }, '/100%25', '/100%25', ['100%']],
    [{ allowSemicolon: true }, '/a;b', '/a;b', ['a']],
    [{ allowSemicolon: true }, '/a%3bb', '/a%3Bb', ['a']],
    [{ allowTrailingDot: true }, '/a./b%20', '/a./b%20', ['a.', 'b ']],
    [{ caseSensitive: true }, '/Admin', '/Admin', ['Admin']],
  ]
  for (const [options, sent, path, segments] of opened) {
    test(`${JSON.stringify(options)}: ${sent}`, () => {
      assert.deepEqual(pathCanonicalizer(options)(sent), { path, segments })
    })
  }

  test('and no other: dot segments, empty ones, control characters and bad encodings stay refused', () => {
    const all = {
      allowEncodedSeparators: true,
      allowEncodedPercent: true,
      allowSemicolon: true,
      allowTrailingDot: true,
    }
    const canonicalizeAll = pathCanonicalizer(all)
    for (const sent of [
      '/.',
      '/..',
      '/%2e%2e/a',
      '//',
      '/a//b',
      '/%00',
      '/%ff',
      '/%zz',
      '/a\\b',
      '/%EF%BC%8E%EF%BC%8E',
    ]) {
      assert.equal(canonicalizeAll(sent), undefined, sent)
    }
  })
})

suite('options', () => {
  test('are checked', () => {
    assertRefusedOption(
      () => pathCanonicalizer(untyped({ allowSemicolons: true })),
      'boundary.path',
      '"allowSemicolon"?',
    )
    assertRefusedOption(() => pathCanonicalizer(untyped({ caseSensitive: 'no' })), '"caseSensitive"', 'true or false')
    assertRefusedOption(() => pathCanonicalizer(untyped(null)), 'boundary.path', 'object')
  })
})

suite('for any path', () => {
  const CHARACTERS = [
    ...['a', 'B', '9', '-', '.', '_', '~', '!', '$', '*', ':', '@', '/', '/', '/', ';', '\\', '%', ' '],
    ...['%61', '%42', '%2e', '%2E', '%2f', '%5C', '%3b', '%25', '%21', '%20', '%00', '%C3%A9', '%c3%89', '%EF%BC%8E'],
    ...['%EF%BC%A1', '%E1%BA%9E', '%C4%B0', '%FF', '%e2%84%aa'],
  ] as unknown as [string, ...string[]]
  const OPTIONS: [PathOptions, ...PathOptions[]] = [
    {},
    { caseSensitive: true },
    { allowEncodedSeparators: true, allowEncodedPercent: true, allowSemicolon: true, allowTrailingDot: true },
  ]
  const randomPath = (random: SeededRandom) =>
    `/${Array.from({ length: random.integer(9) }, () => random.pick(CHARACTERS)).join('')}`

  for (const seed of [1, 2, 3]) {
    test(`canonicalising is idempotent (seed ${seed})`, () => {
      const random = seededRandom(seed)
      let accepted = 0
      for (let round = 0; round < 20_000; round++) {
        const canonicalizeRandom = pathCanonicalizer(random.pick(OPTIONS))
        const sent = randomPath(random)
        const once = canonicalizeRandom(sent)
        if (!once) continue
        accepted++
        assert.deepEqual(canonicalizeRandom(once.path), once, sent)
      }
      assert.ok(accepted > 1_000, `${accepted} were accepted`)
    })

    test(`no accepted path has two spellings that differ in segments (seed ${seed})`, () => {
      const random = seededRandom(seed)
      let compared = 0
      for (let round = 0; round < 20_000; round++) {
        const canonicalizeRandom = pathCanonicalizer(random.pick(OPTIONS))
        const sent = randomPath(random)
        const one = canonicalizeRandom(sent)
        const other = canonicalizeRandom(respelled(sent, random))
        if (!one || !other) continue
        compared++
        assert.deepEqual(other.segments, one.segments, sent)
      }
      assert.ok(compared > 1_000, `${compared} were compared`)
    })
  }

  test('a path that needs no closer look is judged as one that got it', () => {
    const random = seededRandom(5)
    for (let round = 0; round < 20_000; round++) {
      const canonicalizeRandom = pathCanonicalizer(random.pick(OPTIONS))
      const sent = randomPath(random)
      for (const end of ['', '/']) {
        const closer = canonicalizeRandom(`${sent}/%62${end}`)
        assert.deepEqual(canonicalizeRandom(`${sent}/b${end}`), closer, sent)
      }
    }
  })

  test('what the segments say is what a server that decodes once would serve', () => {
    const random = seededRandom(4)
    const caseSensitive = pathCanonicalizer({ caseSensitive: true })
    for (let round = 0; round < 20_000; round++) {
      const sent = randomPath(random)
      const accepted = caseSensitive(sent)
      if (!accepted) continue
      const served = accepted.path.slice(1).split('/').map(decodeURIComponent)
      if (served.at(-1) === '') served.pop()
      assert.deepEqual(accepted.segments, served, sent)
      assert.equal(decodeURIComponent(accepted.path), decodeURIComponent(sent), sent)
    }
  })
})

/** The same path, with some characters encoded that need not be, some decoded, and the encodings in another case. */
function respelled(path: string, random: SeededRandom): string {
  return path.replace(/%[0-9A-Fa-f]{2}|[A-Za-z0-9\-._~!$*:@;]/g, (unit) => {
    if (!random.chance(0.5)) return unit
    if (unit.length === 1) return `%${unit.charCodeAt(0).toString(16)}`
    const character = String.fromCharCode(Number.parseInt(unit.slice(1), 16))
    return /[A-Za-z0-9\-._~]/.test(character) ? character : unit.toLowerCase()
  })
}

test('case is folded as a server does that ignores case', () => {
  for (const [segment, folded] of [
    ['ADMIN', 'admin'],
    ['\u212aelvin', 'kelvin'],
    ['\u017fecret', 'secret'],
    ['\ufb01le', 'file'],
    ['\u03a3', '\u03c3'],
    ['\u03c2', '\u03c3'],
  ] as const) {
    assert.equal(foldSegment(segment), folded)
  }
})

test('with semicolons allowed, the rule for what stands before one counts', () => {
  const canonicalize = pathCanonicalizer({ allowSemicolon: true })
  assert.deepEqual(canonicalize('/admin;jsessionid=1/users')?.segments, ['admin', 'users'])
  assert.equal(canonicalize('/;x/admin'), undefined)
})

test('no option opens dot segments', () => {
  const everything = pathCanonicalizer({
    allowEncodedSeparators: true,
    allowEncodedPercent: true,
    allowSemicolon: true,
    allowTrailingDot: true,
  })
  const spellings = [
    '..;',
    '..;x=1',
    '..%2Fadmin',
    '..%5Cadmin',
    'a%2F..%2Fb',
    '..%20',
    '.%20.',
    '...',
    '%252e%252e',
    '%25252e',
    'x;..',
  ]
  for (const spelling of spellings) assert.equal(everything(`/public/${spelling}/admin`), undefined, spelling)
  for (const fine of ['a;b', 'a%2Fb', 'report.', '100%25', 'a..b', '.well-known'])
    assert.ok(everything(`/public/${fine}`), fine)
})
