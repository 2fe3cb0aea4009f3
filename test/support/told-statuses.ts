import type { KeyGateway } from './key-gateway.ts'

/** What a good and an unknown key are answered. */
export interface ToldStatuses {
  readonly good: number
  readonly unknown: number
}

export async function toldStatuses(gateway: KeyGateway, good: string, unknown: string): Promise<ToldStatuses> {
  const replies = await Promise.all([good, unknown].map((key) => gateway.send(['X-API-Key', key])))
  return { good: replies[0]?.status ?? 0, unknown: replies[1]?.status ?? 0 }
}

/** Asks again and again until the answers are right, or the time is up; whatever is told on the way may be 503 only. */
export async function untilRecovered(ask: () => Promise<ToldStatuses>, timeoutMs: number = 15_000): Promise<number> {
  const startedAt = Date.now()
  for (;;) {
    const told = await ask()
    if (told.good === 200 && told.unknown === 401) return Date.now() - startedAt
    const wrong = (told.good !== 200 && told.good !== 503) || (told.unknown !== 401 && told.unknown !== 503)
    if (wrong || Date.now() - startedAt > timeoutMs) throw new Error(`told ${JSON.stringify(told)}`)
  }
}
