import { DependencyError } from '../../errors.ts'
import { OpenStoreError } from './open-store-error.ts'
import { secretsOf, storeName } from './store-name.ts'

/** What drivers say in a code, in words. */
const KNOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; is the server running?',
  ECONNRESET: 'the server closed the connection',
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'the name of the host cannot be looked up at the moment',
  ETIMEDOUT: 'no answer; is a firewall in between?',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  '28P01': 'the user name or the password is wrong',
  '28000': 'the server does not let this user in',
  '3D000': 'the server has no such database',
  '57014': 'the server took too long',
  '57P03': 'the server is starting or stopping; try again',
  '53300': 'the server has no connection left',
}

/** What SQLite says in a number, less its upper bytes. */
const SQLITE: Readonly<Record<number, string>> = {
  5: 'another process is writing to it; try again',
  8: 'it may not be written to',
  10: 'it cannot be read or written',
  11: 'the file is damaged',
  13: 'the disk is full',
  14: 'it cannot be opened; is the folder there, and may you write to it?',
  26: 'the file is no SQLite database',
}

/** What is wrong with a store, in one line: whatever its driver threw, and never the URL's password. */
export function storeProblem(error: unknown, url: string): string {
  if (error instanceof OpenStoreError) return error.message
  const text = `${storeName(url)}: ${inWords(error)}`
  const secrets = [...secretsOf(url)].sort((a, b) => b.length - a.length)
  return secrets.reduce((safe, secret) => withoutSecret(safe, secret, storeName(url)), text)
}

function withoutSecret(text: string, secret: string, name: string): string {
  // The name of the store may hold the same letters; it tells nothing.
  return name.includes(secret) ? text : text.replaceAll(secret, '***')
}

function inWords(error: unknown): string {
  const thrown = firstOf(error)
  if (thrown instanceof DependencyError) return 'it gave no answer in time'
  if (!(thrown instanceof Error)) return 'it failed'
  const { code, errcode } = thrown as { readonly code?: unknown; readonly errcode?: unknown }
  const known = typeof errcode === 'number' ? SQLITE[errcode & 0xff] : KNOWN[String(code)]
  if (known !== undefined) return known
  if (/^(?:WRONGPASS|NOAUTH)/.test(thrown.message)) return 'the user name or the password is wrong, or missing'
  if (/timeout|timed out/i.test(thrown.message)) return 'it gave no answer in time'
  return thrown.message.split('\n', 1)[0] || 'it failed'
}

/** Of the addresses of a host that were tried, the first tells enough. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error
}
