// Sends a signed request, with Node.js alone.
//
//   KEY_ID=hk_... SECRET=... node sign.mjs METHOD URL [FILE]

import { createHash, createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The headers that sign a request. `target` is what is sent after the method: path and query. */
export function signatureHeaders({ keyId, secret, method, target, body = '' }) {
  const timestamp = new Date().toISOString()
  const nonce = randomUUID()
  const digest = createHash('sha256').update(body).digest('hex')
  const text = [method, target, timestamp, `sha256=${digest}`, nonce].join('\n')
  const mac = createHmac('sha256', secret).update(text).digest('base64')
  return { 'X-Key-ID': keyId, 'X-Timestamp': timestamp, 'X-Nonce': nonce, 'X-Signature': `hmac-sha256=${mac}` }
}

if (import.meta.filename === process.argv[1]) {
  const [method, address, file] = process.argv.slice(2)
  const { KEY_ID: keyId, SECRET: secret } = process.env
  if (!method || !address || !keyId || !secret) {
    console.error('KEY_ID=hk_... SECRET=... node sign.mjs METHOD URL [FILE]')
    process.exit(2)
  }
  const url = new URL(address)
  const body = file === undefined ? undefined : readFileSync(file)
  const headers = signatureHeaders({ keyId, secret, method, target: url.pathname + url.search, body })
  const response = await fetch(url, { method, headers, body })
  process.stdout.write(Buffer.from(await response.arrayBuffer()))
  if (!response.ok) process.exitCode = 1
}
