import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { createProxyMiddleware, proxyEventsPlugin, type RequestHandler } from 'http-proxy-middleware'
import { endToEnd } from './hop-by-hop.ts'
import { endWithProblem, type ProblemStatus, sendProblem } from './problem.ts'

const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'ERR_UPSTREAM_UPGRADE_TIMEOUT'])

/**
 * Forwards a request as the boundary left it. Headers are never touched in a hook here: some requests would skip it.
 * Upgrades come by `proxy.upgrade`, after `gate.upgrade` let them; the option `ws` would let all of them through.
 */
export function upstreamProxy(upstreamUrl: string, timeoutMs: number): RequestHandler {
  const upgraded = new WeakSet<Socket>()
  return createProxyMiddleware({
    // A URL, as a text would be read again for every request.
    target: new URL(upstreamUrl),
    // Of its plugins this one alone: the others write a log that nobody reads, or listen to what is heard here.
    ejectPlugins: true,
    plugins: [proxyEventsPlugin],
    agent: keepAliveAgent(upstreamUrl, timeoutMs),
    proxyTimeout: timeoutMs,
    upgradeTimeout: timeoutMs,
    on: {
      proxyReq(upstreamRequest) {
        upstreamRequest.prependListener('timeout', failTimedOut)
        upstreamRequest.on('upgrade', failUpgraded)
      },
      proxyReqWs(upstreamRequest, _request, socket) {
        upstreamRequest.once('upgrade', () => upgraded.add(socket))
      },
      proxyRes(upstreamResponse, _request, response) {
        if (!isPassable(upstreamResponse)) {
          upstreamResponse.destroy()
          return answerFailure(response, 502)
        }
        upstreamResponse.headers = endToEnd(upstreamResponse.headers)
        // Otherwise "keep-alive" would be told to a client that asked to close.
        if (!response.shouldKeepAlive) upstreamResponse.headers.connection = 'close'
      },
      error(error, _request, answer) {
        const status = TIMEOUT_CODES.has(codeOf(error)) ? 504 : 502
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

function failTimedOut(this: ClientRequest): void {
  this.destroy(Object.assign(new Error('The upstream took too long'), { code: 'ETIMEDOUT' }))
}

/** Nobody asked for another protocol. Unheard, it would leave the client without an answer. */
function failUpgraded(this: ClientRequest, _upstreamResponse: IncomingMessage, socket: Socket): void {
  socket.destroy()
  this.emit('error', new Error('The upstream changed the protocol'))
}

/** Node.js takes in other status lines too, and throws when they are to go out again. */
function isPassable({ statusCode = 0, statusMessage = '' }: IncomingMessage): boolean {
  return statusCode >= 200 && /^[\t\x20-\x7e\x80-\xff]*$/.test(statusMessage)
}

/** Once a part of the response is out, breaking off is the only way left to say that the rest is missing. */
function answerFailure(response: ServerResponse, status: ProblemStatus): void {
  if (response.headersSent || response.destroyed) response.destroy()
  else sendProblem(response, status)
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}
