import type { RequestListener } from 'node:http'
import { ORDER } from './order.ts'

const BODY = JSON.stringify(ORDER)
const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(BODY) }

/** As cheap as Node.js allows: what is measured stands before it. */
export function start(): RequestListener {
  return (_request, response) => {
    response.writeHead(200, HEADERS).end(BODY)
  }
}
