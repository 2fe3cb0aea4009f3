import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readForm } from '../../../lib/revoke/form.ts'

test('a form is read, as text and as a parser leaves it', () => {
  for (const body of ['token=a.b.c&token_type_hint=x+y%21', { token: 'a.b.c', token_type_hint: 'x y!' }]) {
    assert.deepEqual(
      [...(readForm(body) ?? [])],
      [
        ['token', 'a.b.c'],
        ['token_type_hint', 'x y!'],
      ],
    )
  }
  assert.equal(readForm('')?.size, 0)
  assert.equal(readForm(undefined)?.size, 0)
})

test('a parameter that is there twice makes the form none, however it is spelled', () => {
  for (const body of [
    'token=a&token=b',
    'token=a&%74oken=a',
    'token=&token=',
    { token: ['a', 'b'] },
    { token: { a: 'b' } },
  ]) {
    assert.equal(readForm(body), undefined, JSON.stringify(body))
  }
})
