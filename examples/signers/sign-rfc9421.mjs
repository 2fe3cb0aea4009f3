// Sends a request with an HTTP Message Signature (RFC 9421) by an Ed25519 key, with Node.js alone.
//
//   KEY_ID=... KEY_FILE=private.pem node sign-rfc9421.mjs METHOD URL [FILE]

import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The headers that sign a request: its method, its whole URL, and its body. */
export function signatureHeaders({ keyId, privateKey, method, url, body }) {
  const digest = body && `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
  const components = [['@method', method], ['@target-uri', url], ...(digest ? [['content-digest', digest]] : [])]
  const names = components.map(([name]) => `"${name}"`).join(' ')
  const parameters = `(${names});created=${Math.floor(Date.now() / 1000)};keyid="${keyId}";nonce="${randomUUID()}"`
  const lines = components.map(([name, value]) => `"${name}": ${value}`)
  const base = [...lines, `"@signature-params": ${parameters}`].join('\n')
  const signature = sign(null, Buffer.from(base), privateKey).toString('base64')
  return {
    'Signature-Input': `sig1=${parameters}`,
    Signature: `sig1=:${signature}:`,
    ...(digest && { 'Content-Digest': digest }),
  }
}

if (import.meta.filename === process.argv[1]) {
  const [method, address, file] = process.argv.slice(2)
  const { KEY_ID: keyId, KEY_FILE: keyFile } = process.env
  if (!method || !address || !keyId || !keyFile) {
    console.error('KEY_ID=... KEY_FILE=private.pem node sign-rfc9421.mjs METHOD URL [FILE]')
    process.exit(2)
  }
  const url = new URL(address).href
  const body = file === undefined ? undefined : readFileSync(file)
  const privateKey = createPrivateKey(readFileSync(keyFile))
  const headers = signatureHeaders({ keyId, privateKey, method, url, body })
  const response = await fetch(url, { method, headers, body })
  process.stdout.write(Buffer.from(await response.arrayBuffer()))
  if (!response.ok) process.exitCode = 1
}
