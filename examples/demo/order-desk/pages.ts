import { USERNAMES } from '../authorization-server/accounts.ts'
import { type Html, html } from '../html.ts'
import type { Order } from './order-book.ts'
import type { Visitor } from './visitor.ts'

export interface Page {
  readonly status: number
  readonly title: string
  readonly content: Html
}

export const homePage: Page = {
  status: 200,
  title: 'Home',
  content: html`<p>OrderDesk, since 2009. <a href="/orders">Orders</a> · <a href="/admin">Administration</a></p>`,
}

export const welcomePage: Page = {
  status: 200,
  title: 'Welcome',
  content: html`<p>Welcome to OrderDesk. This page is for everybody.</p>`,
}

export const notFoundPage: Page = { status: 404, title: 'Not found', content: html`<p>There is nothing here.</p>` }

export const notAllowedPage: Page = {
  status: 405,
  title: 'Not allowed',
  content: html`<p>This page can't do that.</p>`,
}

export const tooLargePage: Page = { status: 413, title: 'Too large', content: html`<p>That form is too long.</p>` }

export function ordersPage(orders: readonly Order[]): Page {
  const rows = orders.map(
    ({ id, item, quantity }) =>
      html`<tr><td><a href="/orders/${id}">${id}</a></td><td>${item}</td><td>${quantity}</td></tr>`,
  )
  const content = html`<table><tr><th>Order</th><th>Item</th><th>Quantity</th></tr>${rows}</table>
<form method="post" action="/orders"><input name="item" placeholder="Item"><input name="quantity" value="1"><button>Order</button></form>`
  return { status: 200, title: 'Orders', content }
}

export function orderPage({ id, item, quantity, placedBy }: Order): Page {
  const content = html`<p>${quantity} × ${item}, ordered by ${placedBy}. <a href="/orders">All orders</a></p>`
  return { status: 200, title: `Order ${id}`, content }
}

export function adminPage({ roles }: Visitor): Page {
  if (!roles.includes('admin')) {
    return { status: 403, title: 'Administration', content: html`<p>Administrators only.</p>` }
  }
  const content = html`<ul>${USERNAMES.map((username) => html`<li>${username}</li>`)}</ul>`
  return { status: 200, title: 'Administration: users', content }
}

export function printPage({ title, content }: Page, visitor: Visitor): string {
  const who = visitor.userId ?? (visitor.tenantId ? 'an application' : 'a stranger')
  const roles = visitor.roles.length > 0 ? html` (${visitor.roles.join(', ')})` : ''
  const tenant = visitor.tenantId ? html` of ${visitor.tenantId}` : ''
  return html`<!doctype html>
<html lang="en">
<title>OrderDesk: ${title}</title>
<h1>${title}</h1>
<p>You are ${who}${roles}${tenant}.</p>
${content}
</html>
`.markup
}
