import { assertKnownKeys, invalidOption } from '../options.ts'
import { checkedWindows, type LimitWindow } from './limit-window.ts'

/** What callers of a tier may use. A value: who changes it makes another. */
export interface Tier {
  /** Use is counted by tier, so that a caller who changes to another begins anew there. */
  readonly name: string
  readonly windows: readonly LimitWindow[]
}

/** The tiers of a limit, asked with each request. */
export interface TierTable {
  /**
   * @param name the `tier` of the principal
   * @returns the same object each time, until the tier changes; for a name that it does not know, some tier nonetheless
   */
  tierOf(name: string | undefined): Tier
}

/** Tiers that can be changed while requests come. */
export interface EditableTierTable extends TierTable {
  /** From the next request on. @throws TypeError when a window is wrong */
  set(name: string, windows: readonly LimitWindow[]): void
  /** Its callers are of the tier `default` then. @throws TypeError for `default` */
  delete(name: string): void
}

/**
 * Windows by tier. `default` is for principals without a tier, and for those of a tier that is not named here.
 * @throws TypeError when it is missing, or a window is wrong
 */
export function tierTable(tiers: Readonly<Record<string, readonly LimitWindow[]>>): EditableTierTable {
  assertKnownKeys('tierTable', tiers, Object.keys(tiers ?? {}))
  if (!Object.hasOwn(tiers, 'default')) {
    throw invalidOption('tierTable', 'needs a tier "default", for principals of no tier or of an unknown one')
  }
  const table = new Map<string, Tier>()
  const set: EditableTierTable['set'] = (name, windows) => {
    table.set(name, Object.freeze({ name, windows: checkedWindows(`tier "${name}"`, windows) }))
  }
  for (const [name, windows] of Object.entries(tiers)) set(name, windows)
  return {
    tierOf: (name) => ((name !== undefined && table.get(name)) || table.get('default')) as Tier,
    set,
    delete(name) {
      if (name === 'default') throw invalidOption('tierTable', 'the tier "default" must stay')
      table.delete(name)
    },
  }
}
