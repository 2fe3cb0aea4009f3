import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * A Connect middleware, typed by what Node.js itself offers: it fits Express 4 and 5, Connect, plain `node:http`, and
 * what can host Connect middleware.
 */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void

/** Goes on to the next middleware; with an error, to the error handler. */
export type Next = (error?: unknown) => void
