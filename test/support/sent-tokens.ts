import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AttackedGateway } from './attacked-gateway.ts'
import { sendRequestLines, statusOf } from './raw-tcp.ts'

export interface SentTokens {
  /** What a request with these `Authorization` fields is answered. */
  statusFor(...fields: readonly string[]): Promise<number>
  assertNothingArrived(): void
  /** A test for each bearer token, by name: it is refused over the wire. */
  refuseEach(tokens: Readonly<Record<string, string>>, status?: number): void
}

export function sentTokens({ port, upstream }: AttackedGateway): SentTokens {
  async function statusFor(...fields: readonly string[]): Promise<number> {
    const headers = fields.map((field) => `Authorization: ${field}`)
    return statusOf(await sendRequestLines(port, { target: '/echo', headers }))
  }
  const assertNothingArrived = () => assert.deepEqual(upstream.take(), [])
  return {
    statusFor,
    assertNothingArrived,
    refuseEach(tokens, status = 401) {
      for (const [name, token] of Object.entries(tokens)) {
        test(name, async () => {
          assert.equal(await statusFor(`Bearer ${token}`), status)
          assertNothingArrived()
        })
      }
    },
  }
}
