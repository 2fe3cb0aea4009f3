import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { authenticated } from '../../lib/authenticate/authenticator.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import { createPipeline, type Outcome } from '../../lib/pipeline.ts'
import type { Principal } from '../../lib/principal.ts'
import type { RequestView } from '../../lib/request-view.ts'
import { BACKENDS } from '../support/backend-emulators.ts'
import { clientCertificate } from '../support/client-certificate.ts'
import { testClock } from '../support/clock.ts'
import { answeringAuthenticator } from '../support/fake-authenticator.ts'
import { HIERARCHY, naiveDecision, type PlainRequest } from '../support/naive-routes.ts'
import { spelledAnyhow } from '../support/path-spellings.ts'
import { randomPrincipal, randomRequest, randomRules } from '../support/random-routes.ts'
import { rawRequest } from '../support/raw-request.ts'
import { reachableRules } from '../support/reachable-rules.ts'
import { seededRandom } from '../support/seeded-random.ts'

/** A boundary with a table, and a caller that a test chooses. */
function boundaryOf(rules: readonly RouteRule[]) {
  const clock = testClock()
  let who: Principal | undefined
  let canAsk = false
  const authenticate = {
    ...answeringAuthenticator(() => assert.fail()),
    ...{ methods: ['jwt', 'api-key', 'mtls'], issuers: ['https://a.test', 'https://b.test'], canIntrospect: true },
    authenticate(_request: unknown, freshly?: boolean) {
      const answer = authenticated(who ?? assert.fail())
      return canAsk && freshly ? { ...answer, isIntrospectedNow: true as const } : answer
    },
  }
  const pipeline = createPipeline({ authenticate, routes: rules, roleHierarchy: HIERARCHY, now: clock.now })
  return async (request: PlainRequest, principal: Principal, target = request.path): Promise<Outcome> => {
    who = principal
    canAsk = request.canAsk
    clock.set(request.at)
    const { method, host, address, certificate } = request
    const shown = certificate === undefined ? undefined : clientCertificate(Buffer.from(certificate))
    const raw = rawRequest({ method, target, headers: [['Host', host]], peerAddress: address || undefined })
    return pipeline.decide({ ...raw, clientCertificate: shown }, 'http')
  }
}

/** However a server reads what goes on: it serves nothing that this caller could not have asked for in plain words. */
function assertNoWeaker(
  rules: readonly RouteRule[],
  request: PlainRequest,
  who: Principal,
  { path, query }: Pick<RequestView, 'path' | 'query'>,
): void {
  const record = { ...request, target: query === '' ? path : `${path}?${query}`, rawHeaders: [], body: '' }
  for (const [server, backend] of Object.entries(BACKENDS)) {
    const served = backend.path(record).normalize('NFKC').toLowerCase()
    const told = () => `${path} is ${served} for ${server}: ${JSON.stringify([request, who, rules])}`
    assert.ok(naiveDecision(rules, { ...request, path: served }, who), told())
  }
}

for (const seed of [31, 32]) {
  suite(`for any table, seed ${seed}`, () => {
    const random = seededRandom(seed)
    const tables = Array.from({ length: 100 }, () => reachableRules(randomRules(random), boundaryOf))

    test('a request passes the boundary exactly when a naive reading lets it', async () => {
      const counts = { passed: 0, denied: 0 }
      for (const rules of tables) {
        const decide = boundaryOf(rules)
        for (let count = 0; count < 40; count++) {
          const [request, who] = [randomRequest(random), randomPrincipal(random)]
          const { allowed } = await decide(request, who)
          counts[allowed ? 'passed' : 'denied']++
          const told = () => `${JSON.stringify(request)} of ${JSON.stringify(who)} in ${JSON.stringify(rules)}`
          assert.equal(allowed, naiveDecision(rules, request, who), told())
        }
      }
      assert.ok(counts.passed > 400 && counts.denied > 400, JSON.stringify(counts))
    })

    test('however a path is spelled: what passes may be reached by its plain form, as any server reads it', async () => {
      const counts = { refused: 0, denied: 0, passed: 0 }
      for (const rules of tables) {
        const decide = boundaryOf(rules)
        for (let count = 0; count < 150; count++) {
          const [request, who] = [randomRequest(random), randomPrincipal(random)]
          const target = spelledAnyhow(request.path, random)
          const outcome = await decide(request, who, target)
          if (!outcome.allowed) {
            counts[outcome.answer.status === 400 ? 'refused' : 'denied']++
            continue
          }
          counts.passed++
          assertNoWeaker(rules, request, who, outcome.request)
        }
      }
      assert.ok(counts.refused > 1_000 && counts.denied > 400 && counts.passed > 400, JSON.stringify(counts))
    })
  })
}
