import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { reasonIn } from '../../../../lib/authorize/decision-points/reason.ts'

suite('a reason', () => {
  const cases: readonly (readonly [unknown, string | undefined])[] = [
    ['policy C076', 'policy C076'],
    [{ en: 'first', de: 'zuerst' }, 'first'],
    [{ de: 'zuerst' }, 'zuerst'],
    [{ de: 'zuerst', '403': 'by status' }, 'by status'],
    [{ es: 'Pide permiso', 'en-403': 'Ask' }, 'Ask'],
    [{ en: 7, de: 'zuerst' }, 'zuerst'],
    ['two\r\nlines\u0000\u2028\u202eand more', 'two lines and more'],
    ['  ', undefined],
    [{}, undefined],
    [['a'], undefined],
    [7, undefined],
    [null, undefined],
    [undefined, undefined],
  ]
  for (const [told, expected] of cases) {
    test(`${JSON.stringify(told)}: ${expected}`, () =>
      assert.equal(reasonIn({ reason_admin: told }, 'reason_admin'), expected))
  }

  test('is cut, and no character in two', () => {
    const cut = reasonIn({ reason_user: `${'x'.repeat(199)}\u{1f600}${'y'.repeat(10_000)}` }, 'reason_user')
    assert.equal(cut, `${'x'.repeat(199)} ...`)
  })

  test('for one kind of reader is none for the other', () => {
    assert.equal(reasonIn({ reason_admin: 'secret' }, 'reason_user'), undefined)
    assert.equal(reasonIn('secret', 'reason_user'), undefined)
  })
})
