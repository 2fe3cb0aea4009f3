import assert from 'node:assert/strict'

/** Options are refused at boot, by a `TypeError` that names the factory, the option and the remedy. */
export function assertRefusedOption(factory: () => unknown, ...words: readonly (string | RegExp)[]): void {
  assert.throws(factory, (error: unknown) => {
    assert.ok(error instanceof TypeError, `a TypeError is thrown, not ${String(error)}`)
    for (const word of words) {
      const told = typeof word === 'string' ? error.message.includes(word) : word.test(error.message)
      assert.ok(told, `"${error.message}" tells of ${String(word)}`)
    }
    return true
  })
}

/** Options as JavaScript or JSON may give them, whatever their type says. */
export function untyped<T>(options: unknown): T {
  return options as T
}
