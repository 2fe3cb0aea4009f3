import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import { boundary } from '../../middleware/boundary.ts'
import { setUp, signing } from '../support/http-signatures.ts'
import { type MessageToSign, ORIGIN, type Signing, signatureFields } from '../support/message-signature.ts'
import { type RawRequestParts, sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'

const HOST = new URL(ORIGIN).host

/** A boundary whose answer is the header lines that go on. */
async function gatewayOf(): Promise<number> {
  const gate = boundary({ authenticate: setUp().authenticator })
  return serve(
    createServer((request, response) => gate(request, response, () => response.end(request.rawHeaders.join('\n')))),
  )
}

/** What is sent: the lines of a signature of that message, and whatever else. */
function linesOf(message: MessageToSign, changes: Partial<Signing>, ...more: readonly string[]): RawRequestParts {
  const fields = { host: HOST, ...message.headers, ...signatureFields(message, signing('ed25519', changes)) }
  const { target = '/orders/42' } = message
  return { target, headers: [...Object.entries(fields).map(([name, value]) => `${name}: ${value}`), ...more] }
}

suite('RFC 9421, 7.5.6: a field that is signed, sent once more', async () => {
  const port = await gatewayOf()

  test('is another field where fields are joined: 401', async () => {
    const message = { headers: { 'x-amount': '1' } }
    const components = ['"@method"', '"@target-uri"', '"x-amount"']
    assert.equal(statusOf(await sendRequestLines(port, linesOf(message, { components }, 'X-Amount: 1000'))), 401)
    assert.equal(statusOf(await sendRequestLines(port, linesOf(message, { components }))), 200)
  })

  test('does not go on where Node.js keeps the first', async () => {
    const components = ['"@method"', '"@target-uri"', '"referer"']
    const sent = linesOf(
      { headers: { referer: 'https://signed.test/' } },
      { components },
      'Referer: https://forged.test/',
    )
    const answer = await sendRequestLines(port, sent)
    assert.equal(statusOf(answer), 200)
    assert.match(answer, /signed\.test/)
    assert.doesNotMatch(answer, /forged\.test/)
  })
})
