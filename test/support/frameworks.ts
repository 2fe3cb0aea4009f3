import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import connect from 'connect'
import express from 'express'
import type { Middleware } from '../../middleware/connect.ts'

const express4 = createRequire(import.meta.url)('express4') as typeof express

/** Makes an app of middleware that run one after the other. */
export type Framework = (...middleware: readonly Middleware[]) => RequestListener

export const FRAMEWORKS: Readonly<Record<string, Framework>> = {
  'Express 5': (...middleware) => expressApp(express(), middleware),
  'Express 4': (...middleware) => expressApp(express4(), middleware),
  Connect: (...middleware) => {
    const app = connect()
    for (const each of middleware) app.use(each)
    return app
  },
  'node:http': (...middleware) => {
    return (request, response) => {
      const run = (index: number): void => {
        middleware[index]?.(request, response, (error) => {
          if (error === undefined) run(index + 1)
          else response.writeHead(500).end()
        })
      }
      run(0)
    }
  },
}

function expressApp(app: express.Express, middleware: readonly Middleware[]): RequestListener {
  for (const each of middleware) app.use(each)
  return app
}

/** Those that can mount middleware under a path. */
export const MOUNTING: Readonly<
  Record<string, (mount: string, ...middleware: readonly Middleware[]) => RequestListener>
> = {
  'Express 5': (mount, ...middleware) => express().use(mount, ...middleware),
  'Express 4': (mount, ...middleware) => express4().use(mount, ...middleware),
  Connect: (mount, ...middleware) => {
    const app = connect()
    for (const each of middleware) app.use(mount, each)
    return app
  },
}
