import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerParent } from './child.ts'
import type { ServerContext } from './server-context.ts'

/** A server under test, or the upstream, in a process of its own: `serve.ts NAME`. */

interface ServerModule {
  /** A listener, or the URL of a server that listens already. */
  readonly start: (context: ServerContext) => RequestListener | Promise<string>
}

export type ServerQuestion = { readonly start: ServerContext } | 'cpu'

async function start(context: ServerContext): Promise<string> {
  const module: ServerModule = await import(`./servers/${process.argv[2]}.ts`)
  const started = module.start(context)
  if (typeof started !== 'function') return started
  const server = createServer(started)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

answerParent((question: ServerQuestion) => (question === 'cpu' ? cpuMicroseconds() : start(question.start)))
