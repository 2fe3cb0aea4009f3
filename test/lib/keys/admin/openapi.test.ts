import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPENAPI } from '../../../../lib/keys/admin/openapi.ts'
import { CHANGEABLE_FIELDS, KEY_FIELDS } from '../../../../lib/keys/key-fields.ts'
import { viewOfKey } from '../../../../lib/keys/key-view.ts'
import { fullKeyRecord } from '../../../support/key-record.ts'

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>
}

const { schemas } = (OPENAPI as { components: { schemas: Record<'NewKey' | 'KeyChanges' | 'Key', Schema> } }).components
const names = (schema: Schema) => Object.keys(schema.properties).sort()

test('the document names just the fields that are taken and shown', () => {
  assert.deepEqual(names(schemas.NewKey), [...KEY_FIELDS].sort())
  assert.deepEqual(names(schemas.KeyChanges), [...CHANGEABLE_FIELDS].sort())
  assert.deepEqual(names(schemas.Key), Object.keys(viewOfKey(fullKeyRecord(), 0)).sort())
})

test('every reference in the document leads somewhere', () => {
  for (const [, name = ''] of JSON.stringify(OPENAPI).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(name in schemas, name)
  }
})
