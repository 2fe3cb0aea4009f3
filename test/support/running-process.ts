import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

/** A child process that does not outlive this one. */
export class RunningProcess {
  readonly child: ChildProcess
  #output = ''

  constructor(program: string, args: readonly string[], options: SpawnOptions = {}) {
    this.child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-10_000)
      })
    }
    const kill = () => this.child.kill('SIGKILL')
    process.once('exit', kill)
    this.child.once('close', () => process.removeListener('exit', kill))
  }

  /** Waits until `isReady` holds; asks again and again, for no server says it in a way that all share. */
  async ready(isReady: () => Promise<boolean>, timeoutMs: number = 30_000): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (!(await isReady())) {
      if (this.child.exitCode !== null || this.child.signalCode !== null || Date.now() > deadline) {
        await this.end('SIGKILL')
        throw new Error(`${this.child.spawnfile} did not start:\n${this.#output}`)
      }
      await delay(20)
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const closed = once(this.child, 'close')
    this.child.kill(signal)
    await closed
  }
}
