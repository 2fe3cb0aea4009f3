import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { sqliteKeyStore } from '../../../lib/store/sqlite.ts'
import { sqliteRevocationStore } from '../../../lib/store/sqlite-revocations.ts'
import { revocationStoreContract } from '../../contract/revocation-store.ts'
import { keyRecord } from '../../support/key-record.ts'
import { atOnce } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { tokenRevocation } from '../../support/revocations.ts'
import { makeSqliteRevocations } from '../../support/sqlite-revocations.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

revocationStoreContract('SQLite', makeSqliteRevocations, { many: 2_000 })

suite('sqliteRevocationStore', () => {
  test('answers at once, and shares a file with the API keys', () => {
    const file = join(temporaryFolder(), 'both.db')
    const [keys, revocations] = [sqliteKeyStore({ file }), sqliteRevocationStore({ file })]
    keys.insert(keyRecord())
    atOnce(revocations.append(tokenRevocation('t1')))
    assert.equal(atOnce(revocations.read('', 10)).revocations.length, 1)
    assert.equal(atOnce(keys.list({ limit: 10 })).length, 1)
    keys.close()
    revocations.close()
  })

  test('what was appended is there after it was closed', () => {
    const file = join(temporaryFolder(), 'again.db')
    const first = sqliteRevocationStore({ file })
    first.append(tokenRevocation('t1'))
    const { cursor } = atOnce(first.read('', 10))
    first.close()
    const second = sqliteRevocationStore({ file })
    second.append(tokenRevocation('t2'))
    assert.equal(atOnce(second.read('', 10)).revocations.length, 2)
    assert.equal(atOnce(second.read(cursor, 10)).revocations.length, 1)
    second.close()
  })

  for (const [options, ...words] of [
    [{}, '"file"'],
    [{ file: '' }, '"file"'],
    [{ file: 'x', path: 'y' }, 'unknown option "path"'],
  ] as const) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assertRefusedOption(() => sqliteRevocationStore(untyped(options)), 'sqliteRevocationStore', ...words)
    })
  }
})
