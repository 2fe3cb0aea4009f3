import type { ServerResponse } from 'node:http'
import { html } from '../html.ts'
import { USERNAMES } from './accounts.ts'

/** A plain form: the demo has no passwords, so choosing a name is signing in. */
export function sendLoginPage(response: ServerResponse, complaint = ''): void {
  const buttons = USERNAMES.map((name) => html`<button name="account" value="${name}">${name}</button> `)
  sendPage(
    response,
    complaint ? 400 : 200,
    html`<h1>Sign in</h1><p>${complaint}</p><form method="post">${buttons}</form>`.markup,
  )
}

export function sendExpiredPage(response: ServerResponse): void {
  sendPage(response, 400, html`<h1>This sign-in has ended</h1><p>Start again from the application.</p>`.markup)
}

function sendPage(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  })
  response.end(`<!doctype html><html lang="en"><title>Demo authorization server</title>${body}</html>`)
}
