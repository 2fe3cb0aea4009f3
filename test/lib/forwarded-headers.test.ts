import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForwardedHeaders } from '../../lib/forwarded-headers.ts'
import { headerRecord } from '../../lib/header-record.ts'

const headersOf = (...rawHeaders: string[]) => new ForwardedHeaders(rawHeaders, headerRecord(rawHeaders))

test('what is added is in both forms, behind what was there', () => {
  const headers = headersOf('Accept', '*/*')
  headers.add('x-user-id', 'alice')
  headers.addAll({ 'x-user-roles': 'admin', 'x-tenant-id': 't' })
  assert.deepEqual(headers.rawHeaders, [
    ...['Accept', '*/*', 'x-user-id', 'alice', 'x-user-roles', 'admin', 'x-tenant-id', 't'],
  ])
  assert.deepEqual(headers.headers, {
    accept: '*/*',
    'x-user-id': 'alice',
    'x-user-roles': 'admin',
    'x-tenant-id': 't',
  })
})

test('a copy is not changed with it', () => {
  const headers = headersOf('Accept', '*/*')
  const copy = headers.copy()
  headers.add('x-user-id', 'alice')
  assert.deepEqual(copy.rawHeaders, ['Accept', '*/*'])
  assert.deepEqual(copy.headers, { accept: '*/*' })
})
