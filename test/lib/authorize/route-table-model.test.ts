import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import { createRouteTable, type RouteTable } from '../../../lib/authorize/route-table.ts'
import { noteIntrospectedNow } from '../../../lib/introspected-now.ts'
import type { Principal } from '../../../lib/principal.ts'
import { pathCanonicalizer } from '../../../lib/request/canonical-path.ts'
import { clientCertificate } from '../../support/client-certificate.ts'
import { testClock } from '../../support/clock.ts'
import { HIERARCHY, naiveDecision, naiveRule, type PlainRequest } from '../../support/naive-routes.ts'
import { everyRequest, randomPrincipal, randomRequest, randomRules } from '../../support/random-routes.ts'
import { idOf, reachableRules } from '../../support/reachable-rules.ts'
import { requestView } from '../../support/request-view.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const canonicalize = pathCanonicalizer()
const clock = testClock()
const OPTIONS = { now: clock.now, roleHierarchy: HIERARCHY }
const compile = (rules: readonly RouteRule[]) =>
  createRouteTable(rules, (path) => canonicalize(path)?.segments, OPTIONS)

/** Whether a request passes. */
async function decision(table: RouteTable, request: PlainRequest, who: Principal): Promise<boolean> {
  const canonical = canonicalize(request.path) ?? assert.fail(request.path)
  const { method, host, address: clientAddress, at, certificate, canAsk } = request
  clock.set(at)
  const shown = certificate === undefined ? undefined : clientCertificate(Buffer.from(certificate))
  const view = requestView({}, { ...canonical, method, host, clientAddress, clientCertificate: shown })
  if (canAsk) noteIntrospectedNow(view, who)
  const rule = table.match(view)
  if (!rule) return false
  try {
    return rule.isPublic || (await rule.decide(who, view)).allow
  } catch {
    // A policy that fails is 503.
    return false
  }
}

for (const seed of [21, 22, 23, 24]) {
  suite(`for any table, seed ${seed}`, () => {
    const random = seededRandom(seed)
    const tables = Array.from({ length: 150 }, () => reachableRules(randomRules(random), compile))

    test('the decision is what a naive reading finds, for any request and principal', async () => {
      const counts = { passed: 0, denied: 0 }
      for (const rules of tables) {
        const table = compile(rules)
        for (let count = 0; count < 60; count++) {
          const [request, who] = [randomRequest(random), randomPrincipal(random)]
          const expected = naiveDecision(rules, request, who)
          counts[expected ? 'passed' : 'denied']++
          const told = () => `${JSON.stringify(request)} of ${JSON.stringify(who)} in ${JSON.stringify(rules)}`
          assert.equal(
            table.match({ ...request, segments: canonicalize(request.path)?.segments ?? [] })?.id,
            idOfRule(naiveRule(rules, request)),
            told(),
          )
          assert.equal(await decision(table, request, who), expected, told())
        }
      }
      assert.ok(counts.passed > 1_000 && counts.denied > 1_000, JSON.stringify(counts))
    })

    test('a rule is refused exactly when it governs nothing', () => {
      const requests = everyRequest(4)
      for (let count = 0; count < 20; count++) {
        const all = randomRules(random)
        const left = reachableRules(all, compile)
        const governing = new Set(requests.map((request) => naiveRule(left, request)))
        for (const rule of left) assert.ok(governing.has(rule), `${idOf(rule)} of ${JSON.stringify(left)}`)
        const governingAll = new Set(requests.map((request) => naiveRule(all, request)))
        for (const rule of all.filter((each) => !left.includes(each))) {
          assert.ok(!governingAll.has(rule), `${idOf(rule)} of ${JSON.stringify(all)}`)
        }
      }
    })
  })
}

function idOfRule(rule: RouteRule | undefined): string | undefined {
  return rule && idOf(rule)
}
