import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** The next message of a child process; rejects when it ends without one. */
export async function childMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController()
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([message]) => message),
      once(child, 'exit', { signal: ended.signal }).then(([code]) =>
        Promise.reject(new Error(`it ended with ${code}`)),
      ),
    ])
  } finally {
    ended.abort()
  }
}
