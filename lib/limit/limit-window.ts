import { assertKnownKeys, invalidOption } from '../options.ts'

/** So much within so long: `{ quota: 100, windowSeconds: 60 }`. */
export interface LimitWindow {
  /** Units that come back within the window, evenly. A request costs one, unless its route costs more. */
  readonly quota: number
  /** Whole seconds. */
  readonly windowSeconds: number
  /** How many units there are at most, after a rest: what may come at once. Default: the quota. */
  readonly burst?: number
}

/**
 * Checks windows that count together, shortest first.
 * @param what names them in messages
 * @throws TypeError
 */
export function checkedWindows(what: string, windows: unknown): readonly Required<LimitWindow>[] {
  if (!Array.isArray(windows) || windows.length === 0) {
    throw invalidOption('limits', `${what} needs a list of windows, such as [{ quota: 100, windowSeconds: 60 }]`)
  }
  const checked = windows.map((window) => checkedWindow(what, window))
  checked.sort((one, other) => one.windowSeconds - other.windowSeconds)
  checked.reduce((shorter, longer) => {
    if (longer.windowSeconds > shorter.windowSeconds && longer.quota > shorter.quota) return longer
    throw invalidOption('limits', `${what}: of two windows the longer one must have the larger quota`)
  })
  return checked
}

function checkedWindow(what: string, window: unknown): Required<LimitWindow> {
  assertKnownKeys('limits', window, ['quota', 'windowSeconds', 'burst'])
  const { quota, windowSeconds, burst = quota } = window as LimitWindow
  for (const [name, value] of Object.entries({ quota, windowSeconds, burst })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw invalidOption('limits', `${what}: "${name}" must be a whole number of at least 1`)
    }
  }
  // Stores reckon in whole numbers of this size.
  if (!Number.isSafeInteger(burst * windowSeconds * 1_000)) {
    throw invalidOption('limits', `${what}: "burst" of ${burst} in ${windowSeconds} s is more than can be counted`)
  }
  return { quota, windowSeconds, burst }
}
