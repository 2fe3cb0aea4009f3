import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder, for the owner only, that ends with the process, however it ends short of a kill. */
export function createTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), `gatewarden-demo-${process.pid}-`))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
