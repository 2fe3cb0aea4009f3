import type { IncomingMessage } from 'node:http'
import { readBody } from '../read-body.ts'
import type { Order, OrderBook } from './order-book.ts'
import type { Visitor } from './visitor.ts'

const FORM_LIMIT_BYTES = 65_536

/** Places the order of a form; undefined when the form is too long. Missing fields get the clerk's usual values. */
export async function placeOrder(
  request: IncomingMessage,
  { userId = 'an application', tenantId = '' }: Visitor,
  orders: OrderBook,
): Promise<Order | undefined> {
  const body = await readBody(request, FORM_LIMIT_BYTES)
  if (body === undefined) return undefined
  const form = new URLSearchParams(body)
  const item = form.get('item') || 'To be specified'
  const quantity = Number.parseInt(form.get('quantity') ?? '', 10) || 1
  return orders.place({ tenantId, item, quantity, placedBy: userId })
}
