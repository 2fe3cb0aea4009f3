import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { createProxyMiddleware, type RequestHandler } from 'http-proxy-middleware'
import { removeHopByHop } from './hop-by-hop.ts'
import { endWithProblem, type ProblemStatus, sendProblem } from './problem.ts'

const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'ERR_UPSTREAM_UPGRADE_TIMEOUT'])

/**
 * Forwards a request as the boundary left it. Headers are never touched in a hook here: some requests would skip it.
 * Upgrades come by `proxy.upgrade`, after `gate.upgrade` let them; the option `ws` would let all of them through.
 */
export function upstreamProxy(upstreamUrl: string, timeoutMs: number): RequestHandler {
  const timedOut = new WeakSet<IncomingMessage>()
  const upgraded = new WeakSet<Socket>()
  const watchTimeout = (upstreamRequest: ClientRequest, request: IncomingMessage) => {
    upstreamRequest.once('timeout', () => timedOut.add(request))
  }
  return createProxyMiddleware({
    target: upstreamUrl,
    agent: keepAliveAgent(upstreamUrl, timeoutMs),
    proxyTimeout: timeoutMs,
    upgradeTimeout: timeoutMs,
    on: {
      proxyReq: watchTimeout,
      proxyReqWs(upstreamRequest, _request, socket) {
        upstreamRequest.once('upgrade', () => upgraded.add(socket))
      },
      proxyRes(upstreamResponse, _request, response) {
        removeHopByHop(upstreamResponse.headers)
        // Otherwise "keep-alive" would be told to a client that asked to close.
        if (!response.shouldKeepAlive) upstreamResponse.headers.connection = 'close'
      },
      error(error, request, answer) {
        const status = timedOut.has(request) || TIMEOUT_CODES.has(codeOf(error)) ? 504 : 502
        if ('writeHead' in answer) answerFailure(answer, status)
        else if (upgraded.has(answer)) answer.destroy()
        else endWithProblem(answer, status)
      },
    },
  })
}

/** One pool of connections per upstream: a new one for each request would cost more than the request. */
function keepAliveAgent(upstreamUrl: string, timeoutMs: number): http.Agent {
  const { Agent } = upstreamUrl.startsWith('https:') ? https : http
  // `proxyTimeout` starts when a connection is there; this one limits the wait for it.
  return new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64, timeout: timeoutMs })
}

/** Once a part of the response is out, breaking off is the only way left to say that the rest is missing. */
function answerFailure(response: ServerResponse, status: ProblemStatus): void {
  if (response.headersSent || response.destroyed) response.destroy()
  else sendProblem(response, status)
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}
