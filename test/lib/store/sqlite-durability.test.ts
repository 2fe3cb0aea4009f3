import { join } from 'node:path'
import { test } from 'node:test'
import { sqliteKeyStore } from '../../../lib/store/sqlite.ts'
import { assertNothingLost, startKeyWriter } from '../../contract/acknowledged-writes.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()

test('SQLite: what was acknowledged survives kill -9 of the process in the middle of writing', async () => {
  for (let round = 0; round < 3; round++) {
    const file = join(folder, `keys-${round}.db`)
    const writer = await startKeyWriter(`sqlite:${file}`, 200 + round * 37)
    writer.child.kill('SIGKILL')
    await writer.ended
    const store = sqliteKeyStore({ file })
    await assertNothingLost(store, writer.acknowledged)
    store.close()
  }
})
