import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import { createRouteTable, type RouteTable } from '../../../lib/authorize/route-table.ts'
import type { Principal } from '../../../lib/principal.ts'
import { pathCanonicalizer } from '../../../lib/request/canonical-path.ts'
import { naiveDecision, naiveRule, type PlainRequest } from '../../support/naive-routes.ts'
import { atOnce } from '../../support/outcomes.ts'
import { everyRequest, randomPrincipal, randomRequest, randomRules } from '../../support/random-routes.ts'
import { reachableRules } from '../../support/reachable-rules.ts'
import { requestView } from '../../support/request-view.ts'
import { type SeededRandom, seededRandom } from '../../support/seeded-random.ts'

const canonicalize = pathCanonicalizer()
const compile = (rules: readonly RouteRule[]) => createRouteTable(rules, (path) => canonicalize(path)?.segments)

/** Whether a request, its path spelled like that, passes; `undefined` for a spelling that is refused. */
function decision(
  table: RouteTable,
  request: PlainRequest,
  who: Principal,
  spelling = request.path,
): boolean | undefined {
  const canonical = canonicalize(spelling)
  if (!canonical) return undefined
  const { method, host, address: clientAddress } = request
  const view = requestView({}, { ...canonical, method, host, clientAddress })
  const rule = table.match(view)
  if (!rule) return false
  return rule.isPublic || atOnce(rule.decide(who, view)).allow
}

const idOf = ({ path, methods, hosts }: RouteRule) => `${methods?.join(',') ?? '*'} ${hosts?.join(',') ?? ''}${path}`

/** Spellings that some server reads as the same path. */
function spellingsOf(path: string, random: SeededRandom): readonly string[] {
  const encoded = path.replace(/[a-z]/g, (letter) => {
    const hex = letter.charCodeAt(0).toString(16)
    return random.pick([letter, letter.toUpperCase(), `%${hex}`, `%${hex.toUpperCase()}`, `%25${hex}`])
  })
  const changes: [string, ...string[]] = ['//', '/./', '/x/../', '/%2e/', '/;x=1/', '/%2F', '/.%2e/', '/x/..;/', '\\']
  const index = random.integer(path.split('/').length)
  const broken = path.split('/').map((piece, place) => (place === index ? `${random.pick(changes)}${piece}` : piece))
  return [
    encoded,
    path.toUpperCase(),
    `${path}/`,
    `${encoded}/`,
    `${path}//`,
    `${path};a=b`,
    `${path}.`,
    `${path}%20`,
    broken.join('/'),
  ]
}

for (const seed of [21, 22, 23, 24]) {
  suite(`for any table, seed ${seed}`, () => {
    const random = seededRandom(seed)
    const tables = Array.from({ length: 150 }, () => reachableRules(randomRules(random)))

    test('the decision is what a naive reading finds, for any request and principal', () => {
      const counts = { passed: 0, denied: 0 }
      for (const rules of tables) {
        const table = compile(rules)
        for (let count = 0; count < 100; count++) {
          const [request, who] = [randomRequest(random), randomPrincipal(random)]
          const expected = naiveDecision(rules, request, who)
          counts[expected ? 'passed' : 'denied']++
          const told = () => `${JSON.stringify(request)} of ${JSON.stringify(who)} in ${JSON.stringify(rules)}`
          assert.equal(
            table.match({ ...request, segments: canonicalize(request.path)?.segments ?? [] })?.id,
            idOfRule(naiveRule(rules, request)),
            told(),
          )
          assert.equal(decision(table, request, who), expected, told())
        }
      }
      assert.ok(counts.passed > 1_000 && counts.denied > 1_000, JSON.stringify(counts))
    })

    test('no spelling of a path gets in where the path itself does not', () => {
      const counts = { refused: 0, same: 0 }
      for (const rules of tables) {
        const table = compile(rules)
        for (let count = 0; count < 20; count++) {
          const [request, who] = [randomRequest(random), randomPrincipal(random)]
          const expected = decision(table, request, who)
          for (const spelling of spellingsOf(request.path, random)) {
            const found = decision(table, request, who, spelling)
            counts[found === undefined ? 'refused' : 'same']++
            assert.ok(!found || expected, `${spelling} for ${JSON.stringify(request)} in ${JSON.stringify(rules)}`)
          }
        }
      }
      assert.ok(counts.refused > 1_000 && counts.same > 1_000, JSON.stringify(counts))
    })

    test('a rule is refused exactly when it governs nothing', () => {
      const requests = everyRequest(4)
      for (let count = 0; count < 20; count++) {
        const all = randomRules(random)
        const left = reachableRules(all)
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
