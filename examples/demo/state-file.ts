import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Ready } from './ready.ts'
import { writeReadyFile } from './ready-file.ts'

const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/gatewarden/', import.meta.url))

/** What another command must know of a running demo to sign a user in. No credential is among it. */
export type DemoState = Pick<Ready, 'gateway' | 'issuer' | 'audience'>

/** Leaves word, under the gateway's port, for commands that want to find this demo. */
export function writeStateFile({ gateway, issuer, audience }: Ready): void {
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 })
  writeReadyFile(stateFileOf(new URL(gateway).port), { gateway, issuer, audience } satisfies DemoState)
}

export function stateFileOf(port: number | string): string {
  return `${FOLDER}${port}.json`
}

/** Reads a state or ready file; undefined when there is none, or it is of something else. */
export function readStateFile(path: string): DemoState | undefined {
  try {
    const { gateway, issuer, audience } = JSON.parse(readFileSync(path, 'utf8')) as Partial<DemoState>
    return gateway && issuer && audience ? { gateway, issuer, audience } : undefined
  } catch {
    return undefined
  }
}
