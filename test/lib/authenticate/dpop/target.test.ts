import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { normalizedTarget, targetTest } from '../../../../lib/authenticate/dpop/target.ts'
import { cpuTimed } from '../../../support/cpu-time.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const isTarget = targetTest('dpopVerifier', ['https://api.example.test', 'https://api.example.test:8443/'])

suite('what a proof was made for', () => {
  const same: readonly (readonly [htu: string, path: string])[] = [
    ['https://api.example.test/orders/42', '/orders/42'],
    ['https://api.example.test:8443/orders/42', '/orders/42'],
    ['https://api.example.test/', '/'],
    ['https://api.example.test', '/'],
    ['https://api.example.test?x', '/'],
    ['HTTPS://API.Example.TEST/orders/42', '/orders/42'],
    ['https://api.example.test:443/orders/42', '/orders/42'],
    ['https://api.example.test:/orders/42', '/orders/42'],
    ['https://api.example.test/orders/42?a=b&c=//#top', '/orders/42'],
    ['https://api.example.test/orders/42#/other', '/orders/42'],
    ['https://api.example.test/%6frders/%34%32', '/orders/42'],
    ['https://api.example.test/%7euser/a%2db', '/~user/a-b'],
    ['https://api.example.test/caf%c3%a9', '/caf%C3%A9'],
    ['https://api.example.test/a/../orders/./42', '/orders/42'],
    ['https://api.example.test/a/%2e%2E/orders/42', '/orders/42'],
    ["https://api.example.test/a!$&'()*+,;=:@b", "/a!$&'()*+,;=:@b"],
  ]
  for (const [htu, path] of same) test(`${htu} is ${path}`, () => assert.equal(isTarget(htu, path), true))

  const others: readonly (readonly [htu: string, path: string])[] = [
    ['https://api.example.test/orders/43', '/orders/42'],
    ['https://api.example.test/orders/42/', '/orders/42'],
    ['https://api.example.test/orders/42', '/orders/42/'],
    ['https://api.example.test//orders/42', '/orders/42'],
    ['https://api.example.test/Orders/42', '/orders/42'],
    ['https://api.example.test/orders%2F42', '/orders/42'],
    ['https://api.example.test/orders%252F42', '/orders%2F42'],
    ['https://api.example.test/%256frders/42', '/orders/42'],
    ['https://api.example.test/orders/42%3Fa', '/orders/42'],
    ['https://api.example.test/orders/42;a', '/orders/42'],
    ['http://api.example.test/orders/42', '/orders/42'],
    ['http://api.example.test:443/orders/42', '/orders/42'],
    ['https://api.example.test:444/orders/42', '/orders/42'],
    ['https://api.example.test./orders/42', '/orders/42'],
    ['https://evil.example/orders/42', '/orders/42'],
    ['https://api.example.test.evil.example/orders/42', '/orders/42'],
    ['https://evil.example/https://api.example.test/orders/42', '/orders/42'],
    ['https://evil.example?https://api.example.test/orders/42', '/orders/42'],
    ['https://api.example.test@evil.example/orders/42', '/orders/42'],
    ['https://user@api.example.test/orders/42', '/orders/42'],
    ['https://@api.example.test/orders/42', '/orders/42'],
    ['https://:@api.example.test/orders/42', '/orders/42'],
    ['https:/api.example.test/orders/42', '/orders/42'],
    ['https:///api.example.test/orders/42', '/orders/42'],
    ['https:\\\\api.example.test\\orders\\42', '/orders/42'],
    ['https://api.example.test\\orders/42', '/orders/42'],
    ['https://api.example.test/orders\\42', '/orders/42'],
    ['https://api.example.test/ord\ters/42', '/orders/42'],
    [' https://api.example.test/orders/42', '/orders/42'],
    ['https://api.example.test/orders/42 ', '/orders/42'],
    ['https://api.example.test/orders/42\n', '/orders/42'],
    ['https://api.example.test/orders/4%2', '/orders/42'],
    ['https://api.ex\u00e4mple.test/orders/42', '/orders/42'],
    ['https://api.example.test/caf\u00e9', '/caf%C3%A9'],
    ['//api.example.test/orders/42', '/orders/42'],
    ['/orders/42', '/orders/42'],
    ['wss://api.example.test/orders/42', '/orders/42'],
    ['', '/orders/42'],
    ['https://', '/orders/42'],
  ]
  for (const [htu, path] of others) {
    test(`${JSON.stringify(htu)} is not ${path}`, () => assert.equal(isTarget(htu, path), false))
  }

  test('its one spelling has no query and no fragment', () => {
    assert.equal(normalizedTarget('HTTPS://A.test:443/%7e/../%c3%a9?q#f'), 'https://a.test/%C3%A9')
    assert.equal(normalizedTarget('ftp://a.test/'), undefined)
  })

  test('takes no longer for what is long', () => {
    for (const long of [
      '/'.repeat(4_000),
      '%2e/'.repeat(1_000),
      '@'.repeat(4_000),
      '%'.repeat(4_000),
      '../'.repeat(1_300),
    ]) {
      const { took } = cpuTimed(() => {
        assert.equal(isTarget(`https://api.example.test/orders${long}`, '/orders/42'), false)
      })
      assert.ok(took < 500, `took ${took} ms`)
    }
  })
})

suite('origins', () => {
  for (const origin of [
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://[::1]:8080',
    'https://a.test/',
    'http://a.test',
  ]) {
    test(`${origin} is one`, () => {
      assert.equal(targetTest('f', [origin])(new URL('/x', origin).href, '/x'), true)
    })
  }
  const refused: readonly unknown[] = [
    undefined,
    [],
    'https://api.example.test',
    [''],
    [1],
    ['api.example.test'],
    ['https://api.example.test/v1'],
    ['https://api.example.test/?a'],
    ['https://api.example.test#a'],
    ['https://user@api.example.test'],
    ['HTTPS://API.example.test'],
    ['https://api.example.test:443'],
    ['ftp://api.example.test'],
    ['null'],
    ['*'],
    ['https://a.test', 'https://a.test'],
  ]
  for (const origins of refused) {
    test(`${JSON.stringify(origins)} is refused at boot`, () => {
      assertRefusedOption(() => targetTest('dpopVerifier', origins), 'dpopVerifier', '"origins"')
    })
  }
})
