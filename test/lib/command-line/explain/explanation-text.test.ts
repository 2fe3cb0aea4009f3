import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { explanationText } from '../../../../lib/command-line/explain/explanation-text.ts'
import { explanationOf } from '../../../support/explanations.ts'
import { principal } from '../../../support/outcomes.ts'

const NOW = 1_764_000_000
const who = principal({ roles: ['editor'], tenantId: 'acme', clientId: 'web', tier: 'gold', expiresAt: NOW })

async function lines(...args: Parameters<typeof explanationOf>): Promise<readonly string[]> {
  const explanation = await explanationOf(args[0], args[1], { good: who })
  return explanationText(explanation, explanation.outcome.toUpperCase()).split('\n')
}

suite('at a glance', () => {
  test('a request that is denied: where, and what of the rule', async () => {
    const routes = [
      {
        path: '/**',
        anyOf: [{ roles: ['editor'], networks: ['10.0.0.0/8'] }, { not: { clients: ['web'] } }],
        scopes: ['read'],
      },
    ]
    const text = await lines({ url: '/a?page=1' }, { routes })
    assert.deepEqual(text.slice(0, 3), [
      'DENIED  403 access_denied',
      '',
      '  GET /a?page=...  on localhost, from 192.0.2.7',
    ])
    const begin = text.indexOf('  NO  authorize     network')
    assert.deepEqual(text.slice(begin, begin + 9), [
      '  NO  authorize     network',
      '        ok  authenticated',
      '        NO  any of',
      '            NO  all of',
      '                NO  networks 10.0.0.0/8',
      '                --  roles editor  (not asked: another is not met)',
      '            NO  not',
      '                ok  clients web',
      '        --  scopes read  (not asked: another is not met)',
    ])
    assert.equal(text[begin + 9], '  --  propagate     not reached')
    assert.equal(text[begin + 11], 'The client is answered 403:')
  })

  test('a request that passes: who it is, and what goes upstream', async () => {
    const text = await lines({ headers: { 'x-api-key': 'good', cookie: 'a=b', accept: '*/*' } })
    const begin = text.indexOf('  ok  authenticate  user alice, by jwt')
    assert.deepEqual(
      text.slice(begin + 1, begin + 6).map((line) => line.trim()),
      ['client web', 'tenant acme', 'roles editor', 'tier gold', 'until 2025-11-24T16:00:00Z'],
    )
    const upstream = text.slice(text.indexOf('Upstream goes GET /orders/7 with:'))
    assert.ok(upstream.includes("  cookie             (the client's, not shown)"))
    assert.ok(upstream.includes('  x-user-id          alice'))
  })

  test('limits: what is left, and when there is room again', async () => {
    const windows = [{ quota: 5, windowSeconds: 60, burst: 2 }]
    const limits = { rules: [{ name: 'network', by: 'network', windows }], costs: { '* /**': 2 } } as const
    const routes = [{ path: '/**', authenticated: true }] as const
    const text = await lines({}, { limits, routes })
    assert.ok(text.includes('  ok  limit         by network: network, 2 left of 5 in 60 s, 2 at once'))
    assert.ok(text.includes('  ok  limit         nothing is limited by principal'))
  })

  test('a rule that nearly names it', async () => {
    const routes = [{ path: '/orders/:id', methods: ['POST'], authenticated: true }] as const
    const text = (await lines({}, { routes })).map((line) => line.trim())
    assert.ok(text.includes('NO  match         no rule names it, so it is denied, whoever asks'))
    assert.ok(text.includes('nearly: POST /orders/:id (it is for POST)'))
  })
})

test('whatever a request holds is safe on a terminal', async () => {
  const text = await lines({ url: '/\u001b[31m', headers: { accept: '\u001b]0;x' } })
  assert.ok(!text.join('').includes('\u001b'))
})
