import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process that answers one message after the other. */
export interface Child {
  ask<Answer>(question: unknown): Promise<Answer>
  stop(): void
}

/** Starts one of the programs beside this file. Its Node options are our own: `--cpu-prof` profiles it too. */
export function startChild(program: 'serve.ts' | 'load.ts', args: readonly string[] = []): Child {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [...args], {
    serialization: 'advanced',
    execArgv: [...process.execArgv, '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return {
    ask: (question) => ask(child, question),
    stop: () => {
      if (child.connected) child.disconnect()
    },
  }
}

async function ask<Answer>(child: ChildProcess, question: unknown): Promise<Answer> {
  const abort = new AbortController()
  const { signal } = abort
  try {
    const answered = once(child, 'message', { signal })
    const ended = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`${child.spawnargs.slice(2).join(' ')} ended with ${code}`)
    })
    child.send(question as object)
    const [answer] = (await Promise.race([answered, ended])) as [{ error?: string; answer: Answer }]
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.answer
  } finally {
    abort.abort()
  }
}

/** The other side: answers each message of the parent, and ends with it. */
export function answerParent(answer: (question: never) => unknown): void {
  process.on('message', async (question) => {
    try {
      process.send?.({ answer: await answer(question as never) })
    } catch (error) {
      process.send?.({ answer: undefined, error: error instanceof Error ? error.message : String(error) })
    }
  })
  process.on('disconnect', () => process.exit())
}
