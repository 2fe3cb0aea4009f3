import assert from 'node:assert/strict'
import type { Channel } from 'node:diagnostics_channel'
import { afterEach, suite, test } from 'node:test'
import { pino } from 'pino'
import { type AppliedRevocation, appliedRevocations } from '../../../lib/applied-revocation.ts'
import { shadowDecisions } from '../../../lib/authorize/decision-points/shadow/shadow-event.ts'
import { type RoutesEvent, routesEvents } from '../../../lib/authorize/routes-from-file.ts'
import { decisions } from '../../../lib/decision-event.ts'
import { DependencyError } from '../../../lib/errors.ts'
import { type ApiKeyEvent, keyEvents } from '../../../lib/keys/key-event.ts'
import { type LimitStoreEvent, limitStoreEvents } from '../../../lib/limit/store-event.ts'
import { type PinoAuditOptions, pinoAudit } from '../../../lib/observe/pino.ts'
import { type RevocationRequest, revocationRequests } from '../../../lib/revoke/revocation-request.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { toldDecision, toldRefusal } from '../../support/told-decision.ts'

let stop: () => void = () => undefined
afterEach(() => stop())

/** Lines as a real pino writes them. */
function audited(options: Partial<PinoAuditOptions> = {}) {
  const lines: string[] = []
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) })
  stop = pinoAudit({ logger, ...options }).stop
  return { lines, last: () => JSON.parse(lines.at(-1) ?? 'null') }
}
const LEVELS = { info: 30, warn: 40, error: 50 }

suite('a decision is a line', () => {
  test('of a request that is allowed', () => {
    const { lines, last } = audited()
    decisions.publish(toldDecision())
    assert.equal(lines.length, 1)
    assert.deepEqual(last(), {
      level: LEVELS.info,
      event: 'gatewarden:decision',
      outcome: 'allowed',
      decidedBy: 'boundary',
      entrance: 'http',
      stage: 'propagate',
      requestId: 'request-1',
      method: 'GET',
      host: 'api.example.test',
      path: '/orders/42',
      clientAddress: '192.0.2.7',
      rule: 'GET /orders/**',
      principal: { kind: 'user', subject: 'alice', method: 'jwt', credentialId: 'jti-1' },
      startedAt: 1_800_000_000.25,
      durationMs: 0.04,
      msg: 'request allowed',
    })
  })
  test('of one that is denied: a warning, with the reason', () => {
    const { last } = audited()
    decisions.publish(toldRefusal())
    const { level, outcome, stage, status, code, reason, msg } = last()
    assert.deepEqual(
      { level, outcome, stage, status, code, reason, msg },
      {
        level: LEVELS.warn,
        outcome: 'denied',
        stage: 'authorize',
        status: 403,
        code: 'access_denied',
        reason: 'role',
        msg: 'request denied',
      },
    )
  })
  test('of one that could not be decided: an error, with what is safe of its cause', () => {
    const { lines, last } = audited()
    const sent = Object.assign(new Error('GET https://user:s3cret@host'), { code: 'ECONNREFUSED', config: 's3cret' })
    const cause = new DependencyError('key store', 'down', { cause: sent })
    const failed = { status: 503, code: 'temporarily_unavailable', reason: 'key store' } as const
    decisions.publish(toldRefusal({ ...failed, cause }))
    assert.deepEqual(
      [last().level, last().msg, last().cause],
      [
        LEVELS.error,
        'request not decided',
        { name: 'DependencyError', dependency: 'key store', message: 'key store: down' },
      ],
    )
    decisions.publish(toldRefusal({ ...failed, cause: sent }))
    assert.deepEqual(last().cause, { name: 'Error', code: 'ECONNREFUSED' })
    assert.ok(!lines.join().includes('s3cret'))
  })
  test('only of those that are denied, when asked', () => {
    const { lines, last } = audited({ decisions: 'denied' })
    decisions.publish(toldDecision())
    assert.deepEqual(lines, [])
    decisions.publish(toldRefusal())
    assert.equal(last().outcome, 'denied')
  })
})

suite('other events are lines too', () => {
  const at = 1_800_000_000
  const key: ApiKeyEvent = {
    change: 'revoked',
    id: 'key_1',
    owner: 'orderdesk',
    environment: 'live',
    replacedBy: undefined,
    fields: [],
    actor: 'root',
    at,
  }
  const applied: AppliedRevocation = {
    revocation: { kind: 'token', tokenId: 'jti-1', expiresAt: at + 60 },
    isOwn: true,
    at,
  }
  const asked: RevocationRequest = { input: 'logout', revocation: applied.revocation, actor: 'https://issuer', at }
  const down: LimitStoreEvent = { state: 'down', onStoreFailure: 'local', cause: new TypeError('s3cret'), at }
  const routes: RoutesEvent = { file: 'routes.yaml', outcome: 'loaded', problem: undefined, rules: 3 }
  const cases: readonly (readonly [Channel, object, string, keyof typeof LEVELS, object])[] = [
    [keyEvents, key, 'API key revoked', 'info', {}],
    [appliedRevocations, applied, 'revocation applied', 'info', {}],
    [revocationRequests, asked, 'revocation requested', 'info', {}],
    [limitStoreEvents, down, 'limit store down', 'error', { cause: { name: 'TypeError' } }],
    [limitStoreEvents, { ...down, state: 'up', cause: undefined }, 'limit store up', 'info', {}],
    [shadowDecisions, { result: 'differed', requestId: 'request-1' }, 'shadow decision differed', 'warn', {}],
    [routesEvents, routes, 'routes loaded', 'info', {}],
    [routesEvents, { ...routes, outcome: 'refused', problem: 'line 3' }, 'routes refused', 'error', {}],
  ]
  for (const [events, event, msg, level, changes] of cases) {
    test(msg, () => {
      const { lines, last } = audited({ decisions: 'denied' })
      events.publish(event)
      assert.equal(lines.length, 1)
      const expected = { level: LEVELS[level], event: events.name, ...event, ...changes, msg }
      assert.deepEqual(last(), JSON.parse(JSON.stringify(expected)))
    })
  }
})

test('a logger that throws affects nobody', () => {
  const fail = () => {
    throw new Error('the disk is full')
  }
  stop = pinoAudit({ logger: { info: fail, warn: fail, error: fail } }).stop
  assert.doesNotThrow(() => decisions.publish(toldDecision()))
})

test('after stop() nothing is logged; of two, the other goes on', () => {
  const first = audited()
  const stopFirst = stop
  const second = audited()
  stopFirst()
  stopFirst()
  decisions.publish(toldDecision())
  assert.deepEqual([first.lines.length, second.lines.length], [0, 1])
  stop()
  assert.equal(decisions.hasSubscribers, false)
})

test('options are checked', () => {
  const logger = pino({ enabled: false })
  assertRefusedOption(() => pinoAudit(untyped({ logger: console.log })), '"logger.info"')
  assertRefusedOption(() => pinoAudit(untyped({})), '"logger.info"')
  assertRefusedOption(() => pinoAudit(untyped({ logger, decisions: 'some' })), '"decisions"', '"denied"')
  assertRefusedOption(() => pinoAudit(untyped({ logger, level: 'info' })), 'unknown option "level"')
})
