import { Agent, type RequestListener } from 'node:http'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import type { ServerContext } from '../server-context.ts'

/** http-proxy-middleware on Express and nothing else, with the agent of the example gateway. */
export function start({ upstreamUrl }: ServerContext): RequestListener {
  const agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64 })
  const app = express()
  app.use(createProxyMiddleware({ target: upstreamUrl, agent }))
  return app
}
