import { type IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { ForwardedHeaders } from '../lib/forwarded-headers.ts'
import type { Passage, Pipeline } from '../lib/pipeline.ts'
import { remember } from './principal-of.ts'

/** Makes a request say what the boundary decided, and nothing else. */
export function letThrough(message: IncomingMessage, passage: Passage, pipeline: Pipeline): void {
  replaceHeaders(message, passage.forwarded)
  replacePath(message, passage.request.path)
  remember(message, { request: passage.request, principal: passage.principal, pipeline })
}

/**
 * Gives a request the headers that go on, in every form that Node.js offers them: `rawHeaders`, `headers`, and
 * `headersDistinct`, which Node.js makes from the first when somebody asks. They are the request's from then on: what an app
 * does to them must not change them for us.
 */
export function replaceHeaders(message: IncomingMessage, { rawHeaders, headers }: ForwardedHeaders): void {
  message.rawHeaders = rawHeaders
  message.headers = headers as IncomingHttpHeaders
  if (HEADERS_COUNT) {
    ;(message as unknown as Record<symbol, number>)[HEADERS_COUNT] = rawHeaders.length
    message.headersDistinct = undefined as unknown as NodeJS.Dict<string[]>
  } else {
    message.headersDistinct = distinctHeaders(rawHeaders)
  }
}

/** Under which symbol Node.js notes how far `rawHeaders` is to be read; `undefined` when this Node.js does it otherwise. */
const HEADERS_COUNT: symbol | undefined = findHeadersCount()

function findHeadersCount(): symbol | undefined {
  const message = new IncomingMessage(new Socket())
  const symbol = Object.getOwnPropertySymbols(message).find(({ description }) => description === 'kHeadersCount')
  if (!symbol) return undefined
  message.rawHeaders = ['A', '1', 'B', '2']
  Object.assign(message, { [symbol]: 4 })
  return message.headersDistinct.b?.[0] === '2' ? symbol : undefined
}

function distinctHeaders(rawHeaders: readonly string[]): Record<string, string[]> {
  const distinct: Record<string, string[]> = Object.create(null)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase()
    distinct[name] ??= []
    distinct[name].push(rawHeaders[index + 1] as string)
  }
  return distinct
}

/** Express and Connect cut the mount path off `url` and keep the whole in `originalUrl`. */
interface Mounted {
  originalUrl?: string
  /** Express: the mount path. */
  readonly baseUrl?: string
}

/** The target as sent, wherever the middleware is mounted. */
export function targetOf(message: IncomingMessage): string {
  return (message as Mounted).originalUrl ?? message.url ?? ''
}

/**
 * Whether the URL that a handler would see is no longer the end of the target that is authorised. A middleware that
 * rewrites it belongs behind the boundary.
 */
export function isRewritten(message: IncomingMessage): boolean {
  const target = targetOf(message)
  const url = message.url ?? ''
  const { baseUrl } = message as Mounted
  if (isRestOf(target, baseUrl, url)) return false
  // At the mount path itself, `/mount?x` is cut to `/?x`.
  return !(/^\/(?:\?|$)/.test(url) && isRestOf(target, baseUrl, url.slice(1)))
}

function isRestOf(target: string, baseUrl: string | undefined, rest: string): boolean {
  return baseUrl === undefined ? target.endsWith(rest) : target === baseUrl + rest
}

/**
 * Makes the canonical spelling of the path the one that goes on. It differs from what was sent only within segments, so
 * a mount path is cut off as before.
 */
export function replacePath(message: IncomingMessage, canonicalPath: string): void {
  const target = targetOf(message)
  const sentPath = pathOf(target)
  if (sentPath === canonicalPath) return
  const url = message.url ?? ''
  const visible = pathOf(url)
  if ((message as Mounted).originalUrl !== undefined) {
    ;(message as Mounted).originalUrl = canonicalPath + target.slice(sentPath.length)
  }
  const segments = canonicalPath.split('/')
  const rest = segments.slice(segments.length - (visible.split('/').length - 1))
  message.url = visible === '/' && sentPath !== '/' ? url : `/${rest.join('/')}${url.slice(visible.length)}`
}

function pathOf(target: string): string {
  const end = target.indexOf('?')
  return end === -1 ? target : target.slice(0, end)
}
