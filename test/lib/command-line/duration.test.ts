import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DURATION_HELP, parseDuration, relative } from '../../../lib/command-line/duration.ts'

test('a time is a number and a unit', () => {
  const texts = ['30s', '5m', '12h', '90d', '2w', '1y', '0', '0d']
  assert.deepEqual(texts.map(parseDuration), [30, 300, 43_200, 7_776_000, 1_209_600, 31_536_000, 0, 0])
})

test('anything else is none', () => {
  for (const text of ['', '7', '-7d', '7 d', '1.5d', '7D', 'd', '7days', '1e3d', '101y', '99999999999d']) {
    assert.equal(parseDuration(text), undefined, text)
  }
})

test('the help names every unit', () => {
  for (const unit of ['s', 'm', 'h', 'd', 'w', 'y']) assert.match(DURATION_HELP, new RegExp(`\\b${unit}\\b`))
})

test('how far a time is, is said in words', () => {
  const day = 86_400
  const distances = [0, 5, -5, 90, -3_600, -4 * day, 40 * day, 800 * day]
  assert.deepEqual(
    distances.map((distance) => relative(1_000 + distance, 1_000)),
    ['just now', 'in a moment', 'just now', 'in 1 minute', '1 hour ago', '4 days ago', 'in 1 month', 'in 2 years'],
  )
})
