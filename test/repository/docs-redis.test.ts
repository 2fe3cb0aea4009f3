import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { documents } from '../support/documents.ts'
import { codeBlocks } from '../support/markdown.ts'
import { readerProject } from '../support/reader-project.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { NODE_FLAGS, runCommand } from '../support/run-command.ts'

/** What waits for a Redis at boot: whoever copies it has a gateway that does not start, if that is wrong. */
const BLOCKS = documents()
  .flatMap(codeBlocks)
  .filter(({ language, code }) => language === 'ts' && code.includes('new Redis(') && /^await /m.test(code))

describe('documented code that waits for Redis', { skip: skipWithoutRedis }, () => {
  const folder = readerProject()
  let redis: RedisServer

  before(async () => {
    redis = await startRedis()
  })
  after(() => redis.remove())

  test('is there', () => assert.notEqual(BLOCKS.length, 0))

  for (const { path, line, code } of BLOCKS) {
    test(`${path}:${line} starts with a Redis that is up`, async () => {
      const atPort = code.replace(
        /new Redis\((\{)?/g,
        (_, options = '') => `new Redis(${redis.port}${options && ', {'}`,
      )
      const file = `block-${line}.ts`
      writeFileSync(join(folder, file), `${atPort}\nprocess.exit()\n`)
      const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
      const env = { ...inherited, DPOP_NONCE_SECRET: 'of at least 32 bytes, as is demanded' }
      const args = [...NODE_FLAGS, '--conditions=source', file]
      const { code: exitCode, stderr } = await runCommand(process.execPath, args, {
        cwd: folder,
        env,
        timeoutMs: 20_000,
      })
      assert.deepEqual([stderr, exitCode], ['', 0])
    })
  }
})
