import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { IssuerOptions } from '../../../../lib/authenticate/jwt/issuer.ts'
import { AUDIENCE } from '../../../support/access-token.ts'
import { atOnce } from '../../../support/outcomes.ts'
import { untyped } from '../../../support/refused-option.ts'
import { A, B, optionsOf, resolvedTenants, resolverFailure } from '../../../support/resolved-tenants.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

test('an issuer is asked for once, and known from then on', () => {
  const { asked, issuers } = resolvedTenants()
  assert.equal(issuers.names, 'any')
  assert.equal(issuers.only, undefined)
  assert.equal(issuers.known(A), undefined)
  assert.deepEqual(asked, [])
  const found = atOnce(issuers.find(A))
  assert.equal(found?.rules.issuer, A)
  assert.equal(issuers.known(A), found)
  assert.equal(atOnce(issuers.find(A)), found)
  assert.deepEqual(asked, [A])
})

test('many that ask for one name at once ask once', async () => {
  const { promise, resolve } = Promise.withResolvers<IssuerOptions>()
  const { asked, issuers } = resolvedTenants(() => promise)
  const answers = Array.from({ length: 1_000 }, () => issuers.find(A))
  resolve(optionsOf(A))
  const found = new Set(await Promise.all(answers))
  assert.equal(found.size, 1)
  assert.deepEqual(asked, [A])
})

suite('a name that nobody knows', () => {
  test('is asked for again after half a minute, not before', () => {
    const { clock, tenants, asked, issuers } = resolvedTenants()
    const late = 'https://late.example.test'
    assert.equal(issuers.find(late), undefined)
    tenants.set(late, optionsOf(late))
    clock.advance(29.999)
    assert.equal(issuers.find(late), undefined)
    assert.equal(asked.length, 1)
    clock.advance(0.001)
    assert.ok(issuers.find(late))
  })

  test('is asked for at once when the clock was set back', () => {
    const { clock, asked, issuers } = resolvedTenants()
    issuers.find('x')
    clock.advance(-3_600)
    issuers.find('x')
    assert.equal(asked.length, 2)
  })

  test('takes no room from those that are known, however many there are', () => {
    const { asked, issuers } = resolvedTenants()
    const found = issuers.find(A)
    for (let index = 0; index < 10_000; index++)
      assert.equal(issuers.find(`https://junk-${index}.example.test`), undefined)
    assert.equal(issuers.known(A), found)
    const before = asked.length
    issuers.find('https://junk-9999.example.test')
    assert.equal(asked.length, before, 'the last are remembered')
    issuers.find('https://junk-0.example.test')
    assert.equal(asked.length, before + 1, 'the first are forgotten: memory is bounded')
  })

  for (const answer of [
    undefined,
    null,
    {},
    'x',
    optionsOf(B),
    { ...optionsOf(A), issuer: `${A}/` },
    optionsOf(A.toUpperCase()),
  ]) {
    test(`is one for which the answer is ${JSON.stringify(answer)?.slice(0, 60)}`, () => {
      const { issuers } = resolvedTenants(() => untyped(answer))
      assert.equal(issuers.find(A), undefined)
      assert.equal(issuers.known(A), undefined)
      assert.equal(issuers.known(B), undefined)
    })
  }
})

suite('a known issuer', () => {
  test('is asked for again in the background every five minutes, and stays the same while its options do', async () => {
    const { clock, asked, issuers } = resolvedTenants(async (name) => optionsOf(name))
    const found = await issuers.find(A)
    clock.advance(299)
    assert.equal(issuers.known(A), found)
    assert.equal(asked.length, 1)
    clock.advance(1)
    for (let round = 0; round < 10; round++) assert.equal(issuers.known(A), found)
    assert.equal(asked.length, 2)
    await turn()
    clock.advance(299)
    assert.equal(issuers.known(A), found)
    assert.equal(asked.length, 2)
  })

  test('that is removed ends with the answer that says so', async () => {
    const { clock, tenants, issuers } = resolvedTenants()
    issuers.find(A)
    tenants.delete(A)
    clock.advance(299)
    assert.ok(issuers.known(A))
    clock.advance(1)
    assert.equal(issuers.known(A), undefined)
    assert.equal(issuers.find(A), undefined)
  })

  test('ends after ten minutes while the resolver cannot be asked: then it is 503', async () => {
    let isDown = false
    const { clock, issuers } = resolvedTenants(async (name) => {
      if (isDown) throw new Error('down')
      return optionsOf(name)
    })
    await issuers.find(A)
    isDown = true
    clock.advance(599)
    assert.ok(issuers.known(A))
    clock.advance(1)
    assert.equal(issuers.known(A), undefined)
    await assert.rejects(async () => issuers.find(A), resolverFailure('failed'))
    isDown = false
    assert.ok(await issuers.find(A))
  })

  test('ends when the clock is set back, and is asked for', () => {
    const { clock, asked, issuers } = resolvedTenants()
    issuers.find(A)
    clock.advance(-3_600)
    assert.ok(issuers.find(A))
    assert.equal(asked.length, 2)
  })

  const changes: Readonly<Record<string, Partial<IssuerOptions>>> = {
    'its audience': { audience: 'https://other.example.test' },
    'its keys': { keys: { keys: [createSigningKey('ES256', 'other').jwk] } },
    'its algorithms': { algorithms: ['ES256', 'ES384'] },
    'where its keys are': untyped({ keys: undefined, jwksUri: `${A}/jwks` }),
  }
  for (const [name, change] of Object.entries(changes)) {
    test(`is made anew when ${name} change`, () => {
      const { clock, tenants, issuers } = resolvedTenants()
      const before = issuers.find(A)
      tenants.set(A, { ...optionsOf(A), ...change })
      clock.advance(300)
      const after = issuers.known(A)
      assert.ok(after && after !== before)
    })
  }

  test('is made anew when the resolver changes the object that it gave before', () => {
    const options = { ...optionsOf(A), audience: AUDIENCE }
    const { clock, issuers } = resolvedTenants(() => options)
    const before = atOnce(issuers.find(A))
    options.audience = 'https://other.example.test'
    clock.advance(300)
    assert.notEqual(issuers.known(A)?.rulesId, before?.rulesId)
  })
})

suite('a resolver that', () => {
  const fail = (): never => {
    throw new Error('password=hunter2')
  }
  for (const [name, resolve] of Object.entries({ throws: fail, rejects: async () => fail() })) {
    test(`${name} is 503, and tells nothing of why but to the log`, async () => {
      const { issuers, asked } = resolvedTenants(resolve)
      for (let round = 0; round < 3; round++) {
        await assert.rejects(
          async () => issuers.find(A),
          (error: Error) => {
            assert.ok(!error.message.includes('hunter2'))
            return resolverFailure('failed')(error)
          },
        )
      }
      assert.equal(asked.length, 3, 'a failure is not remembered')
    })
  }

  test('fails for a known issuer is asked again after a while, not by each request, and told seldom', () => {
    let isDown = false
    const { clock, asked, warnings, issuers } = resolvedTenants((name) => (isDown ? fail() : optionsOf(name)))
    issuers.find(A)
    isDown = true
    clock.advance(300)
    for (let tenth = 0; tenth < 300; tenth++) {
      assert.ok(issuers.known(A))
      clock.advance(0.1)
    }
    assert.ok(asked.length >= 3 && asked.length <= 5, String(asked.length))
    assert.deepEqual(warnings, ['issuer resolver: failed'])
    isDown = false
    clock.advance(10)
    assert.ok(issuers.known(A))
    clock.advance(290)
    assert.ok(issuers.known(A), 'it has been asked for in between')
  })

  test('says nothing is given up after three seconds', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const { asked, issuers } = resolvedTenants(() => new Promise(() => undefined))
    const answer = issuers.find(A)
    const refused = assert.rejects(async () => answer, resolverFailure('no answer within 3000 ms'))
    context.mock.timers.tick(3_000)
    await refused
    void issuers.find(A)
    assert.equal(asked.length, 2)
  })

  test('answers options that are refused is 503, and says which', () => {
    const { issuers } = resolvedTenants((name) => untyped({ ...optionsOf(name), algorithms: ['none'] }))
    assert.throws(() => issuers.find(A), resolverFailure('"algorithms" holds "none"'))
    assert.equal(issuers.known(A), undefined)
  })

  test('answers a shared secret is 503: HS256 stands alone', () => {
    const { issuers } = resolvedTenants((issuer) => ({
      issuer,
      audience: AUDIENCE,
      algorithms: ['HS256'],
      secret: 'x'.repeat(32),
    }))
    assert.throws(() => issuers.find(A), resolverFailure('stands alone'))
  })
})

test('a known issuer keeps its keys when a mistake is made in its options, and ends in time', () => {
  const { clock, tenants, warnings, issuers } = resolvedTenants()
  const found = issuers.find(A)
  tenants.set(A, untyped({ ...optionsOf(A), audience: [] }))
  clock.advance(300)
  assert.equal(issuers.known(A), found)
  assert.match(warnings.join(), /"audience"/)
  clock.advance(300)
  assert.equal(issuers.known(A), undefined)
})
