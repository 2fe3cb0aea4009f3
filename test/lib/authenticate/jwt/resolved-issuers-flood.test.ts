import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import type { IssuerOptions } from '../../../../lib/authenticate/jwt/issuer.ts'
import { atOnce } from '../../../support/outcomes.ts'
import { A, optionsOf, resolvedTenants, resolverFailure } from '../../../support/resolved-tenants.ts'

suite('while 64 names are asked for', () => {
  const pending = new Map<string, (options: IssuerOptions | undefined) => void>()
  afterEach(() => {
    for (const resolve of pending.values()) resolve(undefined)
  })

  function flooded() {
    pending.clear()
    const late = (name: string) =>
      new Promise<IssuerOptions | undefined>((resolve) => {
        pending.set(name, resolve)
      })
    const tenants = new Map([[A, optionsOf(A)]])
    const all = resolvedTenants((name) => (name === A ? tenants.get(A) : late(name)))
    all.issuers.find(A)
    const answers = Array.from({ length: 64 }, (_, index) => all.issuers.find(`junk-${index}`))
    return { ...all, tenants, answers }
  }

  test('no further unknown name is: that is no bad token, but 503', async () => {
    const { asked, issuers, answers } = flooded()
    assert.throws(() => issuers.find('junk-64'), resolverFailure('too much at once'))
    assert.equal(asked.length, 65)
    for (const resolve of pending.values()) resolve(undefined)
    assert.deepEqual(await Promise.all(answers), Array(64).fill(undefined))
    void issuers.find('junk-64')
    assert.equal(asked.length, 66)
  })

  test('one that is asked for already is waited for', async () => {
    const { issuers } = flooded()
    const answer = issuers.find('junk-0')
    pending.get('junk-0')?.(optionsOf('junk-0'))
    assert.equal((await answer)?.rules.issuer, 'junk-0')
  })

  test('known ones go on, are asked for again, and do not end of it', async () => {
    const { clock, issuers, tenants } = flooded()
    const found = issuers.known(A)
    clock.advance(301)
    assert.equal(issuers.known(A), found)
    clock.advance(599)
    assert.equal(issuers.known(A), found)
    tenants.delete(A)
    clock.advance(301)
    assert.equal(issuers.known(A), undefined)
  })

  test('a known one that has not been used for long is found too', () => {
    const { clock, issuers } = flooded()
    clock.advance(3_600)
    assert.equal(atOnce(issuers.find(A))?.rules.issuer, A)
  })
})
