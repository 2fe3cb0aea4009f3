import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { dpopProof, thumbprintOf } from '../support/dpop-proof.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { createSigningKey } from '../support/signing-key.ts'

const gateway = await attackedGateway()
const holder = createSigningKey('ES256', 'holder')
const token = gateway.token({ cnf: { jkt: thumbprintOf(holder) } })

/** The status for a proof for that origin, sent to that host. */
async function statusFor(origin: string, host: string): Promise<number> {
  const proof = dpopProof(holder, { token, claims: { iat: Math.floor(Date.now() / 1_000), htu: `${origin}/echo` } })
  const headers = [`Host: ${host}`, `Authorization: DPoP ${token}`, `DPoP: ${proof}`]
  return statusOf(await sendRequestLines(gateway.port, { target: '/echo', headers }))
}

test('takes proofs for where it listens, under each of its names', async () => {
  for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
    const host = `${name}:${gateway.port}`
    assert.equal(await statusFor(`http://${host}`, host), 200, name)
  }
  assert.equal(gateway.upstream.take().length, 3)
})

test('takes none for another place', async () => {
  const host = `127.0.0.1:${gateway.port}`
  for (const origin of [
    'http://127.0.0.1',
    `https://${host}`,
    'http://evil.example',
    `http://evil.example:${gateway.port}`,
  ]) {
    assert.equal(await statusFor(origin, host), 401, origin)
  }
  assert.deepEqual(gateway.upstream.take(), [])
})
