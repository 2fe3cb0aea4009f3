import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DependencyError } from '../../../../lib/errors.ts'
import { OpenStoreError } from '../../../../lib/store/open/open-store-error.ts'
import { storeProblem } from '../../../../lib/store/open/store-problem.ts'

const URL_OF_STORE = 'postgres://user:sEcr3t@db.example/keys'

function withCode(code: string, message: string = ''): Error {
  return Object.assign(new Error(message), { code })
}

test('codes of drivers become words', () => {
  for (const [error, words] of [
    [withCode('ECONNREFUSED'), 'nothing listens there'],
    [new AggregateError([withCode('ECONNREFUSED'), withCode('EHOSTUNREACH')]), 'nothing listens there'],
    [withCode('ENOTFOUND'), 'no host has this name'],
    [withCode('28P01'), 'the password is wrong'],
    [withCode('3D000'), 'no such database'],
    [Object.assign(new Error('x'), { errcode: 266 }), 'cannot be read or written'],
    [Object.assign(new Error('x'), { errcode: 26 }), 'no SQLite database'],
    [new Error('WRONGPASS invalid username-password pair'), 'the password is wrong'],
    [new Error('Connection terminated due to connection timeout'), 'no answer in time'],
    [new DependencyError('Redis', 'gave no answer within 5 ms'), 'no answer in time'],
    [undefined, 'it failed'],
    [new Error(''), 'it failed'],
  ] as const) {
    const problem = storeProblem(error, URL_OF_STORE)
    assert.ok(problem.startsWith('postgres://db.example/keys: ') && problem.includes(words), problem)
  }
})

test('what is not known is told in its first line, without secrets', () => {
  const problem = storeProblem(new Error(`odd ${URL_OF_STORE} sEcr3t\nmore`), URL_OF_STORE)
  assert.equal(problem, 'postgres://db.example/keys: odd *** ***')
})

test('what was said for people already stays', () => {
  assert.equal(storeProblem(new OpenStoreError('npm install pg'), URL_OF_STORE), 'npm install pg')
})
