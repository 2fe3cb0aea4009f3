import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'

/** The first versions without what the advisories tell of, of whatever brings them along. */
const FLOORS: Readonly<Record<string, string>> = {
  jws: '4.0.1', // CVE-2025-65945
  jsonwebtoken: '9.0.0', // CVE-2022-23529, -23539, -23540, -23541
  'http-proxy-middleware': '4.1.1', // CVE-2026-55602, -55603
  jose: '4.15.5', // CVE-2024-28176
  'body-parser': '1.20.3', // CVE-2024-45590
  ws: '8.17.1', // CVE-2024-37890
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>
}

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as Lock

function numbers(version: string): readonly number[] {
  return version.split('-', 1).join().split('.').map(Number)
}

function isBelow(version: string, floor: string): boolean {
  const [found, least] = [numbers(version), numbers(floor)]
  const index = found.findIndex((part, at) => part !== least[at])
  return index !== -1 && (found[index] ?? 0) < (least[index] ?? 0)
}

suite('the lock file', () => {
  for (const [name, floor] of Object.entries(FLOORS)) {
    test(`has no ${name} below ${floor}, nested ones included`, () => {
      const installed = Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`))
      assert.ok(installed.length > 0)
      assert.deepEqual(
        installed.filter(([, { version = '0' }]) => isBelow(version, floor)),
        [],
      )
    })
  }

  test('is compared by number, part by part', () => {
    assert.deepEqual(
      [isBelow('4.0.0', '4.0.1'), isBelow('3.9.9', '4.0.1'), isBelow('4.0.1', '4.0.1'), isBelow('4.10.0', '4.9.9')],
      [true, true, false, false],
    )
  })
})
