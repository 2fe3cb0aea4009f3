import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { skipWithoutRedis } from '../support/redis-server.ts'
import { runCommand } from '../support/run-command.ts'
import type { LimitsResult } from './limits.ts'
import { parseBenchOptions } from './options.ts'
import { createReport } from './report.ts'
import type { RulesResult } from './rules.ts'

const MAIN = ['--conditions=source', '--disable-warning=ExperimentalWarning', 'test/bench/main.ts']

describe('npm run bench', () => {
  it('measures a server and reports it as JSON', async () => {
    const args = ['--seconds', '0.1', '--rounds', '1', '--only', 'plain,repeated JWT', '--json']
    const { code, stdout, stderr } = await runCommand(process.execPath, [...MAIN, ...args])
    assert.equal(code, 0, stderr)
    const report = JSON.parse(stdout) as ReturnType<typeof createReport>
    assert.equal(report.subjects.length, 6)
    assert.ok(report.subjects.every(({ requestsPerSecond }) => requestsPerSecond > 0))
    assert.equal(report.targets.length, 2)
    assert.match(stderr, /round 1\/1/)
  })

  it('measures tokens that a server is asked about, and proofs of possession: every request is let through', async () => {
    const args = ['--seconds', '0.1', '--rounds', '1', '--only', 'opaque,DPoP', '--json']
    const { code, stdout, stderr } = await runCommand(process.execPath, [...MAIN, ...args])
    assert.equal(code, 0, stderr)
    const { subjects } = JSON.parse(stdout) as ReturnType<typeof createReport>
    assert.equal(subjects.length, skipWithoutRedis ? 6 : 7)
    assert.ok(subjects.every(({ requestsPerSecond }) => requestsPerSecond > 0))
  })

  it('measures decisions among 10, 1,000 and 10,000 rules, as ratios to 10', async () => {
    const { code, stdout, stderr } = await runCommand(process.execPath, [...MAIN, '--rules', '--rounds', '1', '--json'])
    assert.equal(code, 0, stderr)
    const results = JSON.parse(stdout) as readonly RulesResult[]
    assert.equal(results.length, 18)
    assert.ok(results.every(({ rules, nanoseconds, ratio }) => nanoseconds > 0 && (rules !== 10 || ratio === 1)))
  })

  it('measures the limiter beside others, in memory and on Redis', async () => {
    const args = ['--limits', '--rounds', '1', '--json']
    const { code, stdout, stderr } = await runCommand(process.execPath, [...MAIN, ...args])
    assert.equal(code, 0, stderr)
    const results = JSON.parse(stdout) as readonly LimitsResult[]
    assert.equal(results.length, skipWithoutRedis ? 12 : 36)
    assert.ok(results.every(({ microseconds, ofGatewarden }) => microseconds > 0 && ofGatewarden > 0))
  })

  it('measures one part at a time', () => {
    assert.throws(() => parseBenchOptions(['--rules', '--limits']), /^Error: --rules and --limits are measured one/)
  })

  it('says in one line what it cannot run', async () => {
    const { code, stdout, stderr } = await runCommand(process.execPath, [...MAIN, '--only', 'nothing like this'])
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^bench: --only fits none of: [^\n]+\n$/)
  })

  it('refuses a duration that is out of bounds', () => {
    for (const seconds of ['0', '-1', '61', 'x', '']) {
      assert.throws(() => parseBenchOptions([`--seconds=${seconds}`]), /--seconds must be a number from 0.1 to 60/)
    }
  })

  it('compares with the best of the others, round by round', () => {
    const sample = (requestsPerSecond: number) => ({
      requestsPerSecond,
      serverCpu: 1e6 / requestsPerSecond,
      clientCpu: 0,
    })
    const report = createReport(
      new Map([
        ['gatewarden, distinct JWTs', [sample(200), sample(20), sample(300)]],
        ['express-oauth2-jwt-bearer, distinct JWTs', [sample(100), sample(10), sample(100)]],
        ['express-jwt, distinct JWTs', [sample(50), sample(5), sample(200)]],
        ['passport-jwt, distinct JWTs', [sample(1), sample(1), sample(1)]],
      ]),
    )
    assert.deepEqual(
      report.targets.map(({ ratio, reached }) => ({ ratio, reached })),
      [{ ratio: 2, reached: true }],
    )
  })
})
