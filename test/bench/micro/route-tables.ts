import type { RouteRule } from 'gatewarden'

/** Rules as those of a large API: for each kind of thing five, as below. */
const OF_EACH_KIND: readonly Pick<RouteRule, 'path' | 'methods'>[] = [
  { path: '', methods: ['GET'] },
  { path: '', methods: ['POST'] },
  { path: '/:id', methods: ['GET'] },
  { path: '/:id', methods: ['PUT', 'PATCH', 'DELETE'] },
  { path: '/:id/history/**' },
]
const KINDS_OF_A_SERVICE = 20

/** What is asked for, and where: one request that each rule governs. */
export interface GovernedRequest {
  readonly method: string
  readonly path: string
}

export interface BenchTable {
  readonly rules: readonly RouteRule[]
  /** `index` counts on for ever; `id` is that of the thing that is asked for. */
  requestFor(rule: number, id: number): GovernedRequest
}

/** A table of `count` rules; `asking` is what each asks for. */
export function benchTable(count: number, asking: Omit<RouteRule, 'path' | 'methods'>): BenchTable {
  const rules = Array.from({ length: count }, (_, index): RouteRule => {
    const own = OF_EACH_KIND[index % OF_EACH_KIND.length] as RouteRule
    return { ...own, ...asking, path: pathOfKind(index) + own.path }
  })
  return {
    rules,
    requestFor(rule, id) {
      const { path, methods } = rules[rule] as RouteRule
      return { method: methods?.[0] ?? 'GET', path: path.replace(':id', `ord_${id}`).replace('**', 'today') }
    },
  }
}

function pathOfKind(rule: number): string {
  const kind = Math.floor(rule / OF_EACH_KIND.length)
  return `/api/service-${Math.floor(kind / KINDS_OF_A_SERVICE)}/kind-${kind % KINDS_OF_A_SERVICE}`
}
