import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { KeyStore } from '../../lib/store/key-store.ts'

/** A child process that writes keys to a store, and what it was told is done. */
export interface KeyWriter {
  readonly child: ChildProcess
  readonly acknowledged: readonly string[]
  readonly ended: Promise<unknown>
}

/** Starts it, and waits until it has written some. */
export async function startKeyWriter(url: string, atLeast: number = 200): Promise<KeyWriter> {
  const script = new URL('../support/key-writer.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, url])
  const acknowledged: string[] = []
  const lines = createInterface({ input: child.stdout })
  const ended = Promise.all([once(child, 'close'), once(lines, 'close')])
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      acknowledged.push(line)
      if (acknowledged.length === atLeast) resolve()
    })
    child.once('close', () => reject(new Error(`the writer ended early: ${errors}`)))
  })
  return { child, acknowledged, ended }
}

/** Fails unless all that was acknowledged is in the store, and every successor has its whole predecessor. */
export async function assertNothingLost(store: KeyStore, acknowledged: readonly string[]): Promise<void> {
  for (const line of acknowledged) {
    const [done, id = '', successor = ''] = line.split(' ')
    const record = await store.findById(id)
    assert.ok(record, `${line}: the key is lost`)
    assert.equal((await store.findByHash([record.hash]))?.id, id, `${line}: its hash is lost`)
    if (done === 'revoked') assert.equal(record.revokedAt, 7, line)
    if (done === 'replaced') {
      assert.equal(record.replacedBy, successor, line)
      assert.ok(await store.findById(successor), `${line}: the successor is lost`)
    }
  }
  // What was under way when it ended is done or not, never half.
  for (let after = ''; ; ) {
    const page = await store.list({ limit: 1_000, after })
    for (const record of page) {
      assert.equal((await store.findByHash([record.hash]))?.id, record.id)
      if (record.replacedBy !== undefined) assert.ok(await store.findById(record.replacedBy), 'half a replacement')
    }
    const last = page.at(-1)
    if (!last) return
    after = last.id
  }
}
