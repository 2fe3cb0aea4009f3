/** What a dependency does instead of answering well, or before it does. */
export type Fault = (answer: () => unknown) => unknown

/** What is no answer to any question that is asked of a store, a server, or a policy. */
const GARBAGE: readonly unknown[] = [
  ...[null, 0, 1, Number.NaN, '', 'OK', 'true', 10n, {}, [], [null], [{}], [true], new Error('garbage'), new Map()],
  ...[{ allow: 'true' }, { allow: 1 }, { active: true }, { outcome: 'authenticated' }],
  { id: 'x', owner: 'root', roles: ['admin'], scopes: ['admin'] },
  { principal: { kind: 'user', subject: 'root', roles: ['admin'], scopes: [], claims: {} }, expiresAt: 9e15 },
  { revocations: 'none', cursor: 1, isLast: 'yes' },
  { ok: true, status: 200, headers: new Headers(), json: async () => ({ active: true }), body: null },
  { remaining: 1, resetSeconds: 1, waitSeconds: 0 },
  Symbol('garbage'),
  () => true,
]

export const GARBAGE_COUNT: number = GARBAGE.length
/** Longer than any deadline of the tests that use it. */
const LATE_MS = 3_000

/** Each call makes one that begins anew. */
export const FAULTS: Readonly<Record<string, () => Fault>> = {
  'is down': () => async () => {
    throw new Error('connect ECONNREFUSED secret.internal:6379')
  },
  'throws at once': () => () => {
    throw undefined
  },
  'never answers': () => () => new Promise(() => undefined),
  'answers too late': () => (answer) =>
    new Promise((resolve) => {
      setTimeout(() => resolve(answer()), LATE_MS).unref()
    }),
  'answers with garbage': () => {
    let count = 0
    return () => GARBAGE[count++ % GARBAGE.length]
  },
  'answers with garbage, later': () => {
    let count = 0
    return async () => GARBAGE[count++ % GARBAGE.length]
  },
  flaps: () => {
    let count = 0
    return (answer) => {
      if (count++ % 2 === 1) return answer()
      if (count % 4 === 1) throw new Error('flap')
      return Promise.resolve(GARBAGE[count % GARBAGE.length])
    }
  },
}

/** A dependency whose every call a test can make fail. */
export interface Faulty<T> {
  readonly subject: T
  /** `undefined`: it is well. */
  set(fault: Fault | undefined): void
}

/** @param first the fault that it has from the start */
export function faulty<T extends object>(well: T, first?: Fault): Faulty<T> {
  let fault = first
  const subject = new Proxy(well, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const answer = () => Reflect.apply(member, target, args) as unknown
        return fault ? fault(answer) : answer()
      }
    },
  })
  return {
    subject,
    set(next) {
      fault = next
    },
  }
}
