import { createHmac, randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { stringToSign } from '../../signed-parts.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { isoTime } from '../time.ts'

export const sign: Command = {
  group: 'sign',
  name: '',
  summary: 'Print a signed curl command.',
  purpose: `Prints a curl command for a request that is signed with GATEWARDEN_SECRET: good once, for five minutes. Without
    a store, and without a server.`,
  usage: ['METHOD URL --key-id ID [--data FILE]'],
  operands: { name: 'METHOD URL', least: 2, most: 2 },
  options: {
    'key-id': { value: 'ID', required: true, help: 'The key id that the secret is of.' },
    data: { value: 'FILE', help: 'The body.' },
  },
  examples: [
    [
      'Try a webhook',
      'gatewarden sign POST http://127.0.0.1:8080/webhooks/orders --key-id hk_0b9c9e0e --data order.json | sh',
    ],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const [method = '', url = ''] = given.operands
  const keyId = given.text('key-id') ?? ''
  const secret = io.env.GATEWARDEN_SECRET ?? ''
  if (secret === '') throw usageFailure('GATEWARDEN_SECRET is not set: the secret to sign with')
  if (!/^[A-Z]+$/.test(method)) throw usageFailure('METHOD must be like GET or POST')
  if (!/^[\x21-\x7e]+$/.test(keyId)) throw usageFailure('--key-id must be a key id')
  const target = targetOf(url)
  const file = given.text('data')
  const body = file === undefined ? Buffer.of() : await bodyIn(file)
  const [timestamp, nonce] = [isoTime(io.now()), randomUUID()]
  const text = stringToSign({ method, target, timestamp, body, nonce })
  const mac = createHmac('sha256', secret).update(text).digest('base64')
  const words = [
    `curl --path-as-is --globoff ${methodOption(method, file)}`,
    ...[`X-Key-ID: ${keyId}`, `X-Timestamp: ${timestamp}`, `X-Nonce: ${nonce}`, `X-Signature: hmac-sha256=${mac}`].map(
      (header) => `--header ${quoted(header)}`,
    ),
    ...(file === undefined ? [] : [`--data-binary ${quoted(`@${file === '-' ? './-' : file}`)}`]),
    quoted(url),
  ]
  await io.print(`${words.join(' \\\n  ')}\n`)
  return EXIT.done
}

/** What curl sends after the method: path and query as they are written. */
function targetOf(url: string): string {
  const match = /^https?:\/\/[^/?#\s]+(\/[\x21-\x7e]*)?$/.exec(url)
  if (!match) throw usageFailure('URL must be like https://api.example.com/orders?page=2')
  return (match[1] ?? '/').split('#', 1)[0] as string
}

/** Told of HEAD by `--request`, curl waits for the body that the answer announces. */
function methodOption(method: string, file: string | undefined): string {
  return method === 'HEAD' && file === undefined ? '--head' : `--request ${method}`
}

/** A pipe would be empty when curl reads it again. */
async function bodyIn(file: string): Promise<Buffer> {
  try {
    if ((await stat(file)).isFile()) return await readFile(file)
  } catch {
    // Told like what is no file.
  }
  throw usageFailure('--data must name a file that can be read')
}

/** One word for a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
