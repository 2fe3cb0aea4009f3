import { randomUUID } from 'node:crypto'
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const OWNER_ONLY = 0o600

/**
 * Writes JSON that only the owner can read, and removes it when the process ends. It is written under a random name,
 * which must be new, and then renamed: nobody reads half of it, and no link that waits at `path` is followed.
 */
export function writeReadyFile(path: string, contents: unknown): void {
  const unfinished = `${path}.${randomUUID()}`
  writeFileSync(unfinished, `${JSON.stringify(contents, null, 2)}\n`, { flag: 'wx', mode: OWNER_ONLY })
  renameSync(unfinished, path)
  const { ino } = statSync(path)
  process.once('exit', () => {
    // Another demo may have put its own file there since.
    if (statSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true })
  })
}

/**
 * Removes what a run that was killed has left: who waits for the file must not find that one.
 * @throws Error with a one-line message when no file can be there
 */
export function prepareReadyFile(path: string): void {
  const isFolder = (at: string) => statSync(at, { throwIfNoEntry: false })?.isDirectory() === true
  if (isFolder(path) || !isFolder(dirname(path)))
    throw new Error('--ready-file must name a file in a folder that exists')
  rmSync(path, { force: true })
}
