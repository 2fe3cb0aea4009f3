#!/usr/bin/env node
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline'
import { systemClock } from '../effects.ts'
import { openKeyStore } from '../store/open-key-store.ts'
import { openRevocationStore } from '../store/open-revocation-store.ts'
import { openSecretStore } from '../store/open-secret-store.ts'
import { runCommandLine } from './command-line.ts'
import { COMMANDS } from './commands.ts'
import type { Io } from './io.ts'

/** The edges of the process: everything else is in values. */
const io: Io = {
  print: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
    }),
  note: (line) => process.stderr.write(line.endsWith('\n') ? line : `${line}\n`),
  ask,
  input: process.stdin,
  isTerminal: process.stdin.isTTY === true,
  env: process.env,
  user: userName(),
  now: systemClock,
  openKeyStore,
  openRevocationStore,
  openSecretStore,
}

function ask(question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    terminal.once('close', () => resolve(undefined))
    terminal.question(question, (answer) => {
      resolve(answer)
      terminal.close()
    })
  })
}

/** A container may run as a number that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}

/** Node 22 tells on each start that `node:sqlite` is new: of no use to who manages keys. */
function withoutSqliteWarning(): void {
  const emit = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!/SQLite is an experimental feature/.test(String(warning))) emit.call(process, warning, ...rest)
  }) as typeof process.emitWarning
}

function isProgram(): boolean {
  const [, program] = process.argv
  return program !== undefined && realpathSync(program) === import.meta.filename
}

// Whoever imports this file, to look at it, starts nothing.
if (isProgram()) {
  withoutSqliteWarning()
  // The one who reads has gone, as with `| head`: the write that failed tells.
  process.stdout.on('error', () => undefined)
  const { version } = createRequire(import.meta.url)('gatewarden/package.json') as { version: string }
  process.exitCode = await runCommandLine(process.argv.slice(2), COMMANDS, version, io)
  // A pipe that nobody closes must not keep it.
  process.stdin.unref?.()
}
