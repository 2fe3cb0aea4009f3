import type { DeniableFacts, Requirements } from '../../lib/authorize/requirements.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { Principal } from '../../lib/principal.ts'
import type { PlainRequest } from './naive-routes.ts'
import { principal } from './outcomes.ts'
import type { SeededRandom } from './seeded-random.ts'

export const SEGMENTS = ['a', 'b', 'c'] as const
const HOSTS = ['x.test', 'y.test', 'z.y.test', 'other'] as const
const RULE_HOSTS = ['x.test', '*.test', '*.y.test'] as const
const METHODS = ['GET', 'HEAD', 'POST', 'PUT'] as const
const ADDRESSES = ['10.0.0.1', '192.0.2.7', ''] as const

/** Rules of which no two govern the same requests. */
export function randomRules(random: SeededRandom): readonly RouteRule[] {
  const rules = new Map<string, RouteRule>()
  for (let count = 1 + random.integer(8); count > 0; count--) {
    const path = randomPattern(random)
    const methods = random.chance(0.5) ? undefined : [random.pick(['GET', 'POST', 'PUT'])]
    const hosts = random.chance(0.8) ? undefined : [random.pick(RULE_HOSTS)]
    const scope = { path, ...(methods && { methods }), ...(hosts && { hosts }) }
    rules.set(`${methods} ${hosts}${path}`, { ...scope, ...randomAsk(random, path) })
  }
  return [...rules.values()]
}

function randomPattern(random: SeededRandom): string {
  const pieces = Array.from({ length: random.integer(4) }, () =>
    random.pick([...SEGMENTS, ':', ':'] as [string, ...string[]]),
  )
  if (random.chance(0.3)) pieces.push('**')
  return `/${pieces.map((piece, index) => (piece === ':' ? `:${'pqr'[index]}` : piece)).join('/')}`
}

function randomAsk(random: SeededRandom, path: string): Requirements & Partial<RouteRule> {
  if (random.chance(0.1)) return { public: true }
  if (random.chance(0.05)) return { anonymous: true }
  if (random.chance(0.2)) return { authenticated: true }
  return randomRequirements(random, path, 2)
}

function randomRequirements(random: SeededRandom, path: string, depth: number): Requirements {
  const deeper = () => [randomRequirements(random, path, depth - 1), randomRequirements(random, path, depth - 1)]
  return {
    ...randomFacts(random, path),
    ...(random.chance(0.3) && { scopes: random.chance(0.5) ? ['read'] : { any: ['read', 'write'] } }),
    ...(depth > 0 && random.chance(0.2) && { allOf: deeper() }),
    ...(depth > 0 && random.chance(0.3) && { anyOf: deeper() }),
    ...(random.chance(0.3) && { not: randomDeniable(random, depth) }),
  }
}

function randomDeniable(random: SeededRandom, depth: number): DeniableFacts {
  const deeper = () => [randomDeniable(random, depth - 1), randomDeniable(random, depth - 1)]
  return {
    ...randomFacts(random, '/'),
    ...(depth > 0 && random.chance(0.2) && { allOf: deeper() }),
    ...(depth > 0 && random.chance(0.3) && { anyOf: deeper() }),
  }
}

/** One at least. */
function randomFacts(random: SeededRandom, path: string): DeniableFacts {
  const parameter = /:[a-z]/.exec(path)?.[0] ?? 'a'
  const all: [DeniableFacts, ...DeniableFacts[]] = [
    { roles: ['editor'] },
    { roles: { any: ['editor', 'admin'] } },
    { networks: ['10.0.0.0/8'] },
    { clients: ['app'] },
    { authenticators: ['jwt'] },
    { issuers: ['https://a.test'] },
    { tenants: [parameter] },
    { tenants: ['b', parameter] },
  ]
  return random.chance(0.7) ? random.pick(all) : { ...random.pick(all), ...random.pick(all) }
}

export function randomRequest(random: SeededRandom): PlainRequest {
  const pieces = Array.from({ length: random.integer(5) }, () => random.pick(SEGMENTS))
  return {
    method: random.pick(METHODS),
    host: random.pick(HOSTS),
    path: `/${pieces.join('/')}`,
    address: random.pick(ADDRESSES),
  }
}

export function randomPrincipal(random: SeededRandom): Principal {
  if (random.chance(0.1)) return principal({ kind: 'anonymous', subject: 'anonymous', method: 'anonymous' })
  return principal({
    method: random.pick(['jwt', 'api-key']),
    clientId: random.pick(['app', 'other', undefined]),
    issuer: random.pick(['https://a.test', 'https://b.test', undefined]),
    tenantId: random.pick([...SEGMENTS, undefined]),
    roles: random.pick([[], ['editor'], ['editor', 'admin'], ['viewer']] as [string[], ...string[][]]),
    scopes: random.pick([[], ['read'], ['write'], ['read', 'write']] as [string[], ...string[][]]),
  })
}

/** Every request that a small table could tell from another: a segment, a host and a method of no rule among them. */
export function everyRequest(depth: number): readonly PlainRequest[] {
  const names = [...SEGMENTS, 'q']
  let paths = ['']
  const all = ['/']
  for (let level = 0; level < depth; level++) {
    paths = paths.flatMap((path) => names.map((name) => `${path}/${name}`))
    all.push(...paths)
  }
  const methods = [...METHODS, 'PATCH']
  return all.flatMap((path) => methods.flatMap((method) => HOSTS.map((host) => ({ path, method, host, address: '' }))))
}
