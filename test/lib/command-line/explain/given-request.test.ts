import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anonymous } from '../../../../lib/authenticate/anonymous.ts'
import { readArguments } from '../../../../lib/command-line/arguments.ts'
import { CommandFailure } from '../../../../lib/command-line/exit-code.ts'
import { explain } from '../../../../lib/command-line/explain/explain.ts'
import { clockGiven, requestGiven } from '../../../../lib/command-line/explain/given-request.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'

const { io } = commandLine()
const given = (...args: string[]) => readArguments(explain, ['--routes', 'r', '--path', '/a', ...args])
const credential = (...headers: [string, string][]) => ({ authenticate: anonymous(), headers, isVerified: true })

test('the request is what is said of it', () => {
  const args = given('--method', 'PUT', '--ip', '::1', '--host', 'x.test', '--header', 'A: 1', '--header', 'a:2 ')
  assert.deepEqual(requestGiven(args, credential(['Authorization', 'Bearer t'])), {
    method: 'PUT',
    url: '/a',
    ip: '::1',
    headers: { host: ['x.test'], authorization: ['Bearer t'], a: ['1', '2'] },
  })
  assert.deepEqual(requestGiven(given(), credential()), { method: 'GET', url: '/a', ip: undefined, headers: {} })
})

test('the time is now, unless it is said', () => {
  assert.equal(clockGiven(given(), io)(), NOW)
  assert.equal(clockGiven(given('--at', 'now'), io)(), NOW)
  assert.equal(clockGiven(given('--at', '1970-01-02'), io)(), 86_400)
})

suite('what could not be sent is told, without its value', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['--method', ['--method', 'get']],
    ['--ip', ['--ip', 'canary']],
    ['--header', ['--header', 'canary']],
    ['--header', ['--header', 'a b: canary']],
    ['--header', ['--header', 'a: canary\r\nb: c']],
    ['--header', ['--header', 'a: canary\u5317']],
    ['--host', ['--host', 'canary\r\nb: c']],
    ['--host', ['--host', 'canary\u5317']],
    ['--at', ['--at', 'canary']],
  ]
  for (const [option, args] of cases) {
    test(JSON.stringify(args), () => {
      const read = () => {
        const all = given(...args)
        clockGiven(all, io)
        requestGiven(all, credential())
      }
      assert.throws(read, (error) => {
        assert.ok(error instanceof CommandFailure)
        assert.ok(error.message.startsWith(option) && !error.message.includes('canary'), error.message)
        return true
      })
    })
  }
})
