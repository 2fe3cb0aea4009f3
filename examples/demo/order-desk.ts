import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOnLoopback, stopListening } from './listen.ts'
import { cgiEnvironment } from './order-desk/cgi-environment.ts'
import { asksForEcho, echo } from './order-desk/echo.ts'
import { OrderBook } from './order-desk/order-book.ts'
import * as pages from './order-desk/pages.ts'
import { placeOrder } from './order-desk/place-order.ts'
import { type Visitor, visitorOf } from './order-desk/visitor.ts'
import { WebSocketEcho } from './order-desk/web-socket-echo.ts'

export interface OrderDesk {
  readonly url: string
  close(): Promise<void>
}

/** The legacy monolith: a server-rendered order system that believes whatever `X-User-ID` says. */
export async function startOrderDesk(): Promise<OrderDesk> {
  const orders = new OrderBook()
  const webSockets = new WebSocketEcho()
  const server = createServer((request, response) => {
    respond(request, response, orders).catch(() => response.destroy())
  })
  server.on('upgrade', (request, socket, head) => webSockets.upgrade(request, socket, head))
  const url = await listenOnLoopback(server)
  const close = () => {
    webSockets.close()
    return stopListening(server)
  }
  return { url, close }
}

async function respond(request: IncomingMessage, response: ServerResponse, orders: OrderBook): Promise<void> {
  if (asksForEcho(request)) return echo(request, response)
  const visitor = visitorOf(cgiEnvironment(request))
  const path = request.url?.split('?', 1)[0] ?? '/'
  if (request.method === 'POST' && path === '/orders') return respondToOrder(request, response, visitor, orders)
  // An unread body would hold the connection.
  request.resume()
  sendPage(response, isRead(request) ? pageAt(path, visitor, orders) : pages.notAllowedPage, visitor)
}

function pageAt(path: string, visitor: Visitor, orders: OrderBook): pages.Page {
  if (path === '/') return pages.homePage
  if (path === '/orders') return pages.ordersPage(orders.of(visitor.tenantId))
  if (path === '/admin') return pages.adminPage(visitor)
  if (path.startsWith('/public/')) return pages.welcomePage
  const order = path.startsWith('/orders/') && orders.find(visitor.tenantId, path.slice('/orders/'.length))
  return order ? pages.orderPage(order) : pages.notFoundPage
}

async function respondToOrder(
  request: IncomingMessage,
  response: ServerResponse,
  visitor: Visitor,
  orders: OrderBook,
): Promise<void> {
  const order = await placeOrder(request, visitor, orders)
  if (!order) return sendPage(response, pages.tooLargePage, visitor)
  response.writeHead(303, { location: `/orders/${order.id}` }).end()
}

function sendPage(response: ServerResponse, page: pages.Page, visitor: Visitor): void {
  response.writeHead(page.status, { 'content-type': 'text/html; charset=utf-8' })
  response.end(pages.printPage(page, visitor))
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}
