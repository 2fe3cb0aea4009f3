import type { IncomingMessage, ServerResponse } from 'node:http'
import { type BoundaryMiddlewareOptions, boundary } from 'gatewarden'
import type { Stage } from './clock.ts'

/** All of the boundary, with a real request and a response that only takes the request id. */
export function wholeStage(
  name: string,
  options: BoundaryMiddlewareOptions,
  messageOf: (index: number) => IncomingMessage,
): Stage {
  const middleware = boundary(options)
  const response = { setHeader() {} } as unknown as ServerResponse
  let passed = 0
  const next = () => {
    passed++
  }
  return {
    name,
    prepare: messageOf,
    run(message: IncomingMessage) {
      const before = passed
      middleware(message, response, next)
      // Every app reads them, and Node.js makes them when somebody does.
      if (message.headers.authorization !== undefined) throw new Error(`${name}: the credential went on`)
      if (passed === before) throw new Error(`${name}: the request was refused`)
    },
  }
}
