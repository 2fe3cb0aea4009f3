import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateApiKey } from '../../lib/api-key.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'

const gateway = await attackedGateway()
const key = `X-API-Key: ${gateway.apiKey}`
const bearer = `Authorization: Bearer ${gateway.token()}`
const admin = `Authorization: Bearer ${gateway.token({ roles: ['admin'] })}`
const host = `Host: 127.0.0.1:${gateway.port}`

const send = async (target: string, ...headers: readonly string[]) =>
  statusOf(await sendRequestLines(gateway.port, { target, headers }))

/** Node keeps the first of some headers and joins others; the server behind may do neither. */
suite('a header that occurs twice', () => {
  const ambiguous: Readonly<Record<string, readonly string[]>> = {
    'two bearer tokens': [bearer, admin],
    'a bearer token twice': [bearer, bearer],
    'Authorization in two spellings': [bearer, admin.replace('Authorization', 'aUTHORIZATION')],
    'Basic before Bearer': ['Authorization: Basic YTpi', bearer],
    'an empty Authorization before a good one': ['Authorization:', bearer],
    'two API keys': [key, `X-API-Key: ${generateApiKey('sk', 'live')}`],
    'an API key in two spellings': [key, key.toLowerCase()],
    'an empty API key before a good one': ['X-API-Key:', key],
    'an API key and a bearer token': [key, bearer],
    'a bearer token and an API key that is bad': [bearer, 'X-API-Key: x'],
    'an API key and a bearer token that is bad': [key, 'Authorization: Bearer x.y.z'],
    'two hosts': [host, 'Host: evil.example.test'],
    'two hosts that are one': [host, host],
    'two hosts, the bad one first': ['Host: evil.example.test', host],
  }
  for (const [name, headers] of Object.entries(ambiguous)) {
    test(`${name}: 400`, async () => {
      assert.equal(await send('/echo', ...headers), 400)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('is refused on a public route too, if it is a credential or the host', async () => {
    for (const headers of [
      [bearer, admin],
      [key, key],
      [host, host],
    ]) {
      assert.equal(await send('/public/welcome', ...headers), 400)
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('with its values joined by a comma is no credential', async () => {
    assert.equal(await send('/echo', `${bearer}, ${admin.slice('Authorization: '.length)}`), 400)
    assert.equal(await send('/echo', `${key}, ${gateway.apiKey}`), 401)
    assert.equal(await send('/echo', `${host}, evil.example.test`, key), 400)
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('under a name that folds to a credential counts for nothing, and does not go on', async () => {
    const twins = [
      `X_API_Key: ${gateway.apiKey}`,
      `X.API.Key: 1`,
      'Author_ization: Bearer x',
      'AUTHORIZATION_: Bearer x',
    ]
    assert.equal(await send('/echo', ...twins), 401)
    assert.equal(await send('/echo', key, ...twins.slice(0, 2)), 200)
    const [record] = gateway.upstream.take()
    assert.ok(record)
    assert.deepEqual(foldedValues(record, 'x-api-key'), [])
  })

  test('and names an identity reaches the upstream once, from the gateway', async () => {
    assert.equal(await send('/echo', bearer, 'X-User-ID: root', 'x-user-id: admin', 'X_User_ID: x'), 200)
    const [record] = gateway.upstream.take()
    assert.ok(record)
    assert.deepEqual(foldedValues(record, 'x-user-id'), ['alice'])
  })

  test('and frames the message is refused by the server itself', async () => {
    assert.equal(await send('/echo', bearer, 'Content-Length: 0', 'Content-Length: 5'), 400)
    assert.equal(await send('/echo', bearer, 'Content-Length: 0, 5'), 400)
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('and says nothing about who asks goes on as it was sent', async () => {
    assert.equal(await send('/echo', bearer, 'Accept: a/b', 'Accept: c/d', 'X-Thing: 1', 'X-Thing: 2'), 200)
    const [record] = gateway.upstream.take()
    assert.ok(record)
    assert.deepEqual(foldedValues(record, 'accept').join(', '), 'a/b, c/d')
    assert.deepEqual(foldedValues(record, 'x-thing').join(', '), '1, 2')
  })
})
