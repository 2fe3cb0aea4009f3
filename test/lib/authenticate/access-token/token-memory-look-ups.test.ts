import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { TokenMemory } from '../../../../lib/authenticate/access-token/token-memory.ts'
import { authenticated } from '../../../../lib/authenticate/authenticator.ts'
import type { CachedToken } from '../../../../lib/store/token-cache.ts'
import { NOW } from '../../../support/access-token.ts'
import { principal } from '../../../support/outcomes.ts'

/** A cache that answers when the test says so. */
function heldCache() {
  const waiting: (() => void)[] = []
  const entries = new Map<string, CachedToken>()
  const cache = {
    get: (key: string) =>
      new Promise<CachedToken | undefined>((resolve) => {
        // What there is now: an answer on the way does not see what is put in meanwhile.
        const entry = entries.get(key)
        waiting.push(() => resolve(entry))
      }),
    set: async (key: string, entry: CachedToken) => void entries.set(key, entry),
    delete: async (key: string) => void entries.delete(key),
  }
  const memory = new TokenMemory({ cache, prefix: '', isGood: () => true })
  const verified: string[] = []
  const ask = (token: string) =>
    memory.answer(token, undefined, async (text, key) => {
      verified.push(text)
      memory.remember(key, { principal: principal(), rulesId: 'r', expiresAt: NOW + 60 })
      return authenticated(principal({ subject: text }))
    })
  return { waiting, verified, ask }
}

suite('a cache that answers later', () => {
  test('is asked once by all who come with one token meanwhile, and what they get is verified once', async () => {
    const { waiting, verified, ask } = heldCache()
    const answers = [ask('a'), ask('a'), ask('b'), ask('a')]
    assert.equal(waiting.length, 2)
    for (const answer of waiting) answer()
    assert.deepEqual(
      (await Promise.all(answers)).map((answer) => answer.outcome === 'authenticated' && answer.principal.subject),
      ['a', 'a', 'b', 'a'],
    )
    assert.deepEqual(verified, ['a', 'b'])
  })

  test('is asked anew by those who come after', async () => {
    const { waiting, verified, ask } = heldCache()
    const first = ask('a')
    waiting.shift()?.()
    await first
    const second = ask('a')
    assert.equal(waiting.length, 1)
    waiting.shift()?.()
    await second
    assert.deepEqual(verified, ['a'])
  })

  test('keeps nobody waiting for a failure that is over', async () => {
    const memory = new TokenMemory({
      cache: { get: async () => undefined, set: () => undefined },
      prefix: '',
      isGood: () => true,
    })
    const failing = memory.answer('a', undefined, () => Promise.reject(new Error('down')))
    await assert.rejects(async () => failing, /down/)
    const answer = await memory.answer('a', undefined, () => authenticated(principal()))
    assert.equal(answer.outcome, 'authenticated')
  })
})
