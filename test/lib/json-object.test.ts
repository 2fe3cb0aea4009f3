import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject } from '../../lib/json-object.ts'

test('an object is one, whatever it holds', () => {
  for (const text of ['{}', '{"a":1}', '{"__proto__":null}']) assert.ok(isJsonObject(JSON.parse(text)), text)
  assert.ok(isJsonObject(Object.create(null)))
})

test('a list, null and everything else is none', () => {
  for (const text of ['[]', '[{}]', 'null', '"{}"', '1', 'true']) assert.ok(!isJsonObject(JSON.parse(text)), text)
  for (const other of [undefined, () => undefined, Symbol('x')]) assert.ok(!isJsonObject(other))
})
