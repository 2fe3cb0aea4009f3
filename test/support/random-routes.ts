import { ALLOW, deny, type Policy } from '../../lib/authorize/policy.ts'
import type { DeniableFacts, Requirements } from '../../lib/authorize/requirements.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { Principal } from '../../lib/principal.ts'
import { type PlainRequest, thumbprintOf } from './naive-routes.ts'
import { principal } from './outcomes.ts'
import type { SeededRandom } from './seeded-random.ts'

export const SEGMENTS = ['a', 'b', 'c'] as const
const HOSTS = ['x.test', 'y.test', 'z.y.test', 'other'] as const
const RULE_HOSTS = ['x.test', '*.test', '*.y.test'] as const
const METHODS = ['GET', 'HEAD', 'POST', 'PUT'] as const
const ADDRESSES = ['10.0.0.1', '192.0.2.7', '::ffff:10.9.0.1', '2001:db8::1', '2001:db9::1', ''] as const
/** A Sunday on which daylight saving begins in Berlin, by the half hour; the Monday after, and days around a new year. */
const TIMES = [
  ...Array.from({ length: 52 }, (_, half) => Date.UTC(2026, 2, 28, 21, half * 30) / 1000),
  ...[Date.UTC(2026, 11, 31, 22, 59, 59) / 1000, Date.UTC(2026, 11, 31, 23) / 1000, Date.UTC(2027, 0, 1, 23) / 1000],
] as unknown as readonly [number, ...number[]]
const CERTIFICATES = ['one', 'other'] as const
const failing = () => {
  throw new Error('down')
}
const POLICIES: readonly [Policy, ...Policy[]] = [
  { name: 'yes', decide: () => ALLOW },
  { name: 'yes', decide: async () => ALLOW },
  { name: 'no', decide: () => deny('no') },
  { name: 'no', decide: async () => deny('no') },
  { name: 'fails', decide: failing },
  { name: 'fails later', decide: async () => failing() },
  { name: 'nonsense', decide: async () => ({ allow: 1 }) as never },
]

/** Rules of which no two govern the same requests. */
export function randomRules(random: SeededRandom): readonly RouteRule[] {
  const rules = new Map<string, RouteRule>()
  for (let count = 1 + random.integer(8); count > 0; count--) {
    const path = randomPattern(random)
    const methods = random.chance(0.5) ? undefined : [random.pick(['GET', 'POST', 'PUT'])]
    const hosts = random.chance(0.65) ? undefined : [random.pick(RULE_HOSTS)]
    const scope = { path, ...(methods && { methods }), ...(hosts && { hosts }) }
    rules.set(`${methods} ${hosts}${sameFor(path)}`, { ...scope, ...randomAsk(random, path) })
  }
  return [...rules.values()]
}

/** `:p` and `*` govern the same. */
function sameFor(path: string): string {
  return path.replace(/:[a-z]|(?<=\/)\*(?=\/|$)/g, ':')
}

function randomPattern(random: SeededRandom): string {
  const pieces = Array.from({ length: random.integer(4) }, () =>
    random.pick([...SEGMENTS, ':', ':', '*'] as [string, ...string[]]),
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
    ...(random.chance(0.3) && randomAskMore(random)),
    ...(depth > 0 && random.chance(0.2) && { allOf: deeper() }),
    ...(depth > 0 && random.chance(0.3) && { anyOf: deeper() }),
    ...(random.chance(0.3) && { not: randomDeniable(random, depth) }),
  }
}

function randomAskMore(random: SeededRandom): Requirements {
  const all: readonly [Requirements, ...Requirements[]] = [
    { scopes: ['read'] },
    { scopes: { any: ['read', 'write'] } },
    { scopes: { all: ['read', 'write'] } },
    { certificate: true },
    { freshIntrospection: true },
    { stepUp: { maxAgeSeconds: 600 } },
    { stepUp: [{ acrValues: ['gold'], maxAgeSeconds: 60 }, { acrValues: ['silver', 'gold'] }] },
    { policy: random.pick(POLICIES) },
  ]
  return random.chance(0.7) ? random.pick(all) : { ...random.pick(all), ...random.pick(all) }
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
    { roles: ['viewer'] },
    { roles: { all: ['guest', 'viewer'] } },
    { networks: ['10.0.0.0/8'] },
    { networks: ['2001:db8::/32', '192.0.2.0/24'] },
    { times: { zone: 'Europe/Berlin', hours: '22:00-03:00', days: ['sat', 'mon'] } },
    {
      times: [
        { zone: 'UTC', days: ['sun'], hours: '00:00-08:00' },
        { zone: 'Asia/Kolkata', holidays: ['2026-03-29'] },
      ],
    },
    { times: { zone: 'America/New_York', hours: '17:30-24:00', holidays: ['12-31'] } },
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
    at: random.pick(TIMES),
    certificate: random.pick([...CERTIFICATES, undefined]),
    canAsk: random.chance(0.5),
  }
}

export function randomPrincipal(random: SeededRandom): Principal {
  if (random.chance(0.1)) return principal({ kind: 'anonymous', subject: 'anonymous', method: 'anonymous' })
  return principal({
    kind: random.pick(['user', 'user', 'client']),
    method: random.pick(['jwt', 'api-key', 'mtls']),
    authenticatedAt: random.chance(0.2) ? undefined : random.pick(TIMES) - random.pick([-90, 0, 30]),
    claims: {
      ...(random.chance(0.5) && { acr: random.pick(['gold', 'silver', 'none']) }),
      ...(random.chance(0.5) && { cnf: { 'x5t#S256': thumbprintOf(random.pick(CERTIFICATES)) } }),
    },
    clientId: random.pick(['app', 'other', undefined]),
    issuer: random.pick(['https://a.test', 'https://b.test', undefined]),
    tenantId: random.pick([...SEGMENTS, undefined]),
    roles: random.pick([[], ['editor'], ['admin'], ['editor', 'admin'], ['viewer'], ['guest', 'viewer']] as [
      string[],
      ...string[][],
    ]),
    scopes: random.pick([[], ['read'], ['write'], ['read', 'write']] as [string[], ...string[][]]),
  })
}

const NOBODYS = { address: '', at: 0, certificate: undefined, canAsk: false }

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
  return all.flatMap((path) => methods.flatMap((method) => HOSTS.map((host) => ({ ...NOBODYS, path, method, host }))))
}
