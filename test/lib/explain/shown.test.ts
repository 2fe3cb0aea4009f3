import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removedHeaders, shownPath, shownPrincipal, shownQuery, upstreamHeaders } from '../../../lib/explain/shown.ts'
import { ForwardedHeaders } from '../../../lib/forwarded-headers.ts'
import { headerRecord } from '../../../lib/header-record.ts'
import { principal } from '../../support/outcomes.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { requestView } from '../../support/request-view.ts'

test('a path is shown up to where parameters may begin', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['/orders/7', '/orders/7'],
    ['/orders/7?token=secret', '/orders/7'],
    ['/a;jsessionid=secret/b', '/a(removed)'],
    ['/a%3Bjsessionid=secret', '/a(removed)'],
    ['/a%3ftoken=secret', '/a(removed)'],
    ['/a#access_token=secret', '/a(removed)'],
    ['/a%23secret', '/a(removed)'],
    ['/a%253Bjsessionid=secret', '/a(removed)'],
    ['/a%25253ftoken=secret', '/a(removed)'],
    ['http://user:secret@host/a', '(removed)'],
    ['*', '(removed)'],
  ]
  for (const [target, shown] of cases) assert.equal(shownPath(target), shown)
})

test('of a query the names are shown, each once', () => {
  assert.deepEqual(shownQuery('/a'), [])
  assert.deepEqual(shownQuery('/a?page=2&tag[]=x&tag[]=y&a.b=c'), ['page', 'tag[]', 'a.b'])
  assert.deepEqual(shownQuery('/a?secret&b%20c=d&=e'), ['(removed)'])
})

const sent = [
  'Host',
  'x',
  'X-API-Key',
  'k',
  'X-User-ID',
  'admin',
  'X-User-ID',
  'root',
  'Cookie',
  'a=b',
  'Accept',
  '*/*',
]
const kept = ['Host', 'x', 'Cookie', 'a=b', 'Accept', '*/*']
const forwarded = new ForwardedHeaders(kept, headerRecord(kept))

test('headers that go no further are named once, with why', () => {
  const pairs = Array.from({ length: sent.length / 2 }, (_, index) => sent.slice(2 * index, 2 * index + 2))
  const raw = rawRequest({ headers: pairs as [string, string][] })
  assert.deepEqual(removedHeaders(raw, forwarded, ['x-api-key']), [
    { name: 'x-api-key', why: 'credential' },
    { name: 'x-user-id', why: 'not for clients' },
  ])
})

test('of what goes upstream, values are shown that are known to be harmless, or are the identity', () => {
  const ours = {
    'x-forwarded-for': '192.0.2.7',
    'x-request-id': 'request-1',
    'x-user-id': 'alice',
    'x-minted': 'token',
  }
  const onward = forwarded.copy()
  onward.addAll(ours)
  const managed = ['X-User-ID', 'X-Request-ID']
  assert.deepEqual(
    upstreamHeaders(
      onward,
      { admitted: { request: requestView(), forwarded: onward }, ofClient: forwarded },
      managed,
    ).map(({ name, value, from }) => `${from} ${name} ${value}`),
    [
      'client host x',
      'client cookie undefined',
      'client accept */*',
      'gateway x-forwarded-for 192.0.2.7',
      'gateway x-request-id (new for each request)',
      'gateway x-user-id alice',
      'gateway x-minted undefined',
    ],
  )
})

test('a principal is shown without its claims', () => {
  assert.deepEqual(shownPrincipal(principal({ roles: ['a'], claims: { secret: 'x' } })), {
    ...{ kind: 'user', subject: 'alice', method: 'jwt', roles: ['a'], scopes: [] },
  })
})
