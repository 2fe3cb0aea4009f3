import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readDocument } from '../../../../lib/authorize/document/located-document.ts'
import { assertNames, namesOfDocument, type RouteNames, withNames } from '../../../../lib/authorize/document/names.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const OFFICE = ['10.0.0.0/8', '2001:db8::/32']
const DAY = { zone: 'UTC', hours: '09:00-17:00' }
const NIGHT = { zone: 'UTC', hours: '22:00-06:00' }

function resolve(
  text: string,
  names: RouteNames = { networks: { office: OFFICE }, times: { day: DAY, night: NIGHT } },
) {
  const document = readDocument(text, 'routes.yaml')
  return withNames(document.value, [], names, document)
}

suite('what a name stands for comes in its place', () => {
  test('among networks that are written out', () => {
    assert.deepEqual(resolve('networks: [192.0.2.1, office]'), { networks: ['192.0.2.1', ...OFFICE] })
  })
  test('as times, alone or in a list', () => {
    assert.deepEqual(resolve('times: day'), { times: DAY })
    assert.deepEqual(resolve('times: [day, {zone: UTC, days: [sat]}, night]'), {
      times: [DAY, { zone: 'UTC', days: ['sat'] }, NIGHT],
    })
    assert.deepEqual(resolve('times: [both]', { times: { both: [DAY, NIGHT] } }), { times: [DAY, NIGHT] })
  })
  test('however deep', () => {
    assert.deepEqual(resolve('anyOf: [{allOf: [{networks: [office]}]}]\nnot: {anyOf: [{times: day}]}'), {
      anyOf: [{ allOf: [{ networks: OFFICE }] }],
      not: { anyOf: [{ times: DAY }] },
    })
  })
})

test('what is no rule, and what is no name, is left to who reads rules', () => {
  for (const text of ['7', '[a]', 'null', 'anyOf: 7', 'networks: office', 'networks: [7, 10.0.0/8, "::1"]', 'not: 7']) {
    assert.deepEqual(resolve(text), readDocument(text, 'x').value)
  }
})

test('a name that stands for nothing is refused, with its line and the names there are', () => {
  assertRefusedOption(() => resolve('path: /a\nnetworks: [offce]'), 'routes.yaml:2:', '"offce"', 'office')
  assertRefusedOption(() => resolve('times: dusk'), 'routes.yaml:1:', '"dusk"', 'day, night')
  assertRefusedOption(() => resolve('networks: [toString]', {}), 'the option "networks"')
  assertRefusedOption(() => resolve('times: [09:00-17:00]'), '"times"')
})

test('what the program gives goes before what the document says', () => {
  const document = readDocument('{}', 'routes.yaml')
  const own = { networks: { office: OFFICE, home: ['192.0.2.1'] } }
  const names = namesOfDocument(own, { networks: { office: ['::1'] }, times: { day: DAY } }, document)
  assert.deepEqual(names, { networks: { office: ['::1'], home: ['192.0.2.1'] }, times: { day: DAY } })
})

test('names that nobody can read are refused, used or not', () => {
  for (const [names, ...words] of [
    [{ networks: { office: ['10.0.0.0/33'] } }, 'networks.office', '10.0.0.0/33'],
    [{ networks: { office: [] } }, 'networks.office'],
    [{ networks: { '::1': OFFICE } }, '"networks.::1"'],
    [{ networks: ['10.0.0.0/8'] }, 'networks'],
    [{ times: { day: { hours: '09:00-17:00' } } }, 'zone'],
  ] as const) {
    assertRefusedOption(() => assertNames('x', untyped(names)), ...words)
    const document = readDocument('routes: []\nnetworks: {}\ntimes: {}', 'routes.yaml')
    const line = 'times' in names ? 'routes.yaml:3:' : 'routes.yaml:2:'
    assertRefusedOption(() => namesOfDocument(untyped(names), {}, document), line, words.at(-1) ?? '')
  }
})
