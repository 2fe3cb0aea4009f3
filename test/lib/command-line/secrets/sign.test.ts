import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { sign } from '../../../../lib/command-line/secrets/sign.ts'
import { NOW as GATEWAY_NOW } from '../../../support/access-token.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { gatewardenProcess } from '../../../support/gatewarden-process.ts'
import { runCommand } from '../../../support/run-command.ts'
import { HOST, signedGateway } from '../../../support/signed-gateway.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const SECRET = 'a-secret-of-at-least-thirty-two-bytes'
const folder = temporaryFolder()
const line = (secret = SECRET, now = NOW) => commandLine({ env: { GATEWARDEN_SECRET: secret }, now: () => now })

test('a curl command is printed, with the parts of the signature, and without the secret', async () => {
  const url = "https://api.example.com/orders?page=2&who=o'neil"
  const { code, stdout, stderr } = await line().run(sign.group, 'GET', url, '--key-id', 'hk_1')
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^curl --path-as-is --globoff --request GET \\\n {2}--header 'X-Key-ID: hk_1' \\\n/)
  assert.match(stdout, /'X-Timestamp: 2025-11-24T16:00:00Z'[\s\S]*'X-Signature: hmac-sha256=[\w+/]{43}='/)
  assert.ok(stdout.includes(`'https://api.example.com/orders?page=2&who=o'\\''neil'\n`))
  assert.ok(!stdout.includes(SECRET))
})

test('a file named as curl names its input is the file', async () => {
  writeFileSync(join(folder, '-'), '{}')
  const before = process.cwd()
  process.chdir(folder)
  try {
    const { stdout } = await line().run('sign', 'POST', 'https://a.test/', '--key-id', 'hk_1', '--data', '-')
    assert.match(stdout, / --data-binary '@\.\/-' /)
  } finally {
    process.chdir(before)
  }
})

suite('bash and a running gateway take what is printed', () => {
  const file = join(folder, "it's a body.json")
  writeFileSync(file, Buffer.from([0x7b, 0, 0xff, 0x0d, 0x0a, 0x7d]))
  const requests: Readonly<Record<string, readonly [method: string, target: string, ...args: string[]]>> = {
    'without a body': ['GET', '/orders/42'],
    'with a query, and what a shell would take for its own': ['GET', "/orders?a=$HOME&b='x'&c=`id`&d=%20&e[]={1,2}"],
    'with another spelling of the path': ['GET', '/%6frders'],
    'without a path': ['GET', ''],
    'with a body': ['POST', '/orders', '--data', file],
    'for the head alone': ['HEAD', '/orders/42'],
    'that deletes': ['DELETE', '/orders/42'],
  }
  for (const [name, [method, target, ...args]] of Object.entries(requests)) {
    test(name, async () => {
      const gateway = await signedGateway({ boundary: { hosts: ['127.0.0.1', HOST] } })
      const { keyId } = gateway.issued.record
      const { run } = line(gateway.issued.secret, GATEWAY_NOW)
      const url = `http://127.0.0.1:${gateway.port}${target}`
      const { code, stdout, stderr } = await run('sign', method, url, '--key-id', keyId, ...args)
      assert.deepEqual([code, stderr], [0, ''])
      const answered = await runCommand('bash', ['-c', `${stdout.trim()} --silent`])
      assert.equal(answered.code, 0)
      assert.match(answered.stdout, method === 'HEAD' ? /^HTTP\/1.1 200/ : /^served$/)
      const [record] = gateway.upstream.take()
      assert.equal(record?.method, method)
      assert.equal(record?.body, method === 'POST' ? '{\0\u00ff\r\n}' : '')
      const again = await runCommand('bash', ['-c', `${stdout.trim()} --silent`])
      assert.match(again.stdout, /"code":"invalid_token"|^HTTP\/1.1 401/, 'it is good once')
    })
  }
})

test('the real program prints what bash runs, with the clock of the machine', async () => {
  const env = { GATEWARDEN_SECRET: SECRET }
  const args = ['sign', 'GET', 'http://127.0.0.1:1/x', '--key-id', 'hk_1']
  const { code, stdout, stderr } = await gatewardenProcess(args, { env })
  assert.deepEqual([code, stderr], [0, ''])
  const [, timestamp = ''] = /X-Timestamp: ([^']+)/.exec(stdout) ?? []
  assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000)
})

suite('a mistake prints no command', () => {
  const good = ['GET', 'https://api.example.com/', '--key-id', 'hk_1']
  const wrong: readonly (readonly [readonly string[], RegExp, string?])[] = [
    [good, /GATEWARDEN_SECRET is not set/, ''],
    [['GET', 'https://api.example.com/'], /--key-id ID is missing/],
    [['GET', '--key-id', 'hk_1'], /METHOD URL|missing/],
    [['get', ...good.slice(1)], /METHOD must be/],
    [['GET; rm', ...good.slice(1)], /METHOD must be/],
    [['GET', 'api.example.com', '--key-id', 'hk_1'], /URL must be like/],
    [['GET', 'ftp://api.example.com/', '--key-id', 'hk_1'], /URL must be like/],
    [['GET', 'https://api.example.com/a b', '--key-id', 'hk_1'], /URL must be like/],
    [['GET', 'https://api.example.com/\n', '--key-id', 'hk_1'], /URL must be like/],
    [['GET', 'https://api.example.com/', '--key-id', 'hk 1'], /--key-id must be/],
    [['GET', 'https://api.example.com/', '--key-id', 'hk_1\nX-A: b'], /--key-id must be/],
    [[...good, '--data', folder], /--data must name a file/],
    [[...good, '--data', '/dev/null'], /--data must name a file/],
    [[...good, '--data', join(folder, 'none')], /--data must name a file/],
  ]
  for (const [args, problem, secret = SECRET] of wrong) {
    test(args.join(' '), async () => {
      const { code, stdout, stderr } = await line(secret).run('sign', ...args)
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, problem)
      assert.ok(!stderr.includes(SECRET))
    })
  }
})
