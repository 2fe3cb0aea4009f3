import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey } from '../../../lib/api-key.ts'
import { mapTexts, REMOVED, secretRemover } from '../../../lib/explain/secrets.ts'
import { rawRequest } from '../../support/raw-request.ts'

const raw = rawRequest({
  target: '/a?access_token=a-token-in-the-query&next=%2Fb%3Fkey%3Dsomething-hidden&page=7',
  headers: [
    ['Host', 'api.example.test'],
    ['Authorization', 'Bearer the-bearer-token'],
    ['Cookie', 'session=the-session-id; theme=dark'],
    ['X-Secret', 'of-an-authenticator'],
    ['X-Key', 'short'],
    ['Accept', 'text/html-and-more'],
  ],
})
const remove = secretRemover(raw, ['x-secret', 'x-key'])

test('what came as a credential is removed from any text', () => {
  for (const secret of [
    'Bearer the-bearer-token',
    'the-bearer-token',
    'the-session-id',
    'of-an-authenticator',
    'a-token-in-the-query',
    '/b?key=something-hidden',
  ]) {
    assert.equal(remove(`it is ${secret}, twice: ${secret}.`), `it is ${REMOVED}, twice: ${REMOVED}.`)
  }
})

test('words and harmless headers stay', () => {
  for (const text of ['dark', 'page 7', 'short', 'text/html-and-more', 'read:orders']) assert.equal(remove(text), text)
})

test('a credential that is a word of explanations does not change what they say', () => {
  for (const word of ['answered', 'not reached', 'requirement', 'credential']) {
    const removing = secretRemover(rawRequest({ headers: [['Authorization', word]] }), [])
    assert.equal(removing(word), word)
    assert.equal(removing(`it is ${word}`), `it is ${REMOVED}`)
  }
})

test('what looks like a token or a key is removed, wherever it comes from', () => {
  const key = generateApiKey('sk', 'live')
  const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln'
  for (const secret of [key, jwt, 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.']) {
    assert.equal(remove(`a ${secret} b ${secret}`), `a ${REMOVED} b ${REMOVED}`)
  }
})

test('every text of a value is changed, and nothing else', () => {
  const value = { a: 'x', b: ['x', 1, { c: 'x' }], d: undefined, e: null, f: true }
  assert.deepEqual(
    mapTexts(value, (text) => `${text}!`),
    { a: 'x!', b: ['x!', 1, { c: 'x!' }], d: undefined, e: null, f: true },
  )
})
