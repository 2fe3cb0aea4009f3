import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPENAPI } from '../../../../lib/revoke/admin/openapi.ts'
import { REVOCATION_FIELDS } from '../../../../lib/revoke/admin/read-revocation.ts'

interface Document {
  readonly components: {
    readonly schemas: { readonly NewRevocation: { readonly oneOf: readonly { readonly properties: object }[] } }
  }
}

test('every field that can be sent is described, and no other', () => {
  const { oneOf } = (OPENAPI as Document).components.schemas.NewRevocation
  const described = new Set(oneOf.flatMap(({ properties }) => Object.keys(properties)))
  assert.deepEqual([...described].sort(), REVOCATION_FIELDS.toSorted())
})

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(OPENAPI).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  const schemas = Object.keys((OPENAPI as Document).components.schemas)
  assert.deepEqual(
    references.filter((name) => !schemas.includes(name ?? '')),
    [],
  )
})
