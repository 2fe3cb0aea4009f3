const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** npm passes a Ctrl-C on that the terminal has sent already: that isn't a second one. */
const SAME_SIGNAL_MS = 1_000

/** Stops at the first signal and exits with 0. A later one is someone who won't wait: it exits at once, with 1. */
export function onStopSignal(stop: () => Promise<void>): void {
  let firstSignalMs: number | undefined
  const onSignal = () => {
    if (firstSignalMs === undefined) {
      firstSignalMs = Date.now()
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    } else if (Date.now() - firstSignalMs > SAME_SIGNAL_MS) {
      process.exit(1)
    }
  }
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal)
}
