import { isIP } from 'node:net'
import type { Clock } from '../../effects.ts'
import type { DescribedRequest } from '../../explain/described-request.ts'
import { isToken } from '../../header-name.ts'
import type { Arguments } from '../arguments.ts'
import { usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { parseTime, TIME_HELP } from '../time.ts'
import type { GivenCredential } from './given-credential.ts'

/** In one line, of letters that there are bytes for. */
const VALUE = /^[^\r\n\0\u0100-\uffff]*$/

/** @throws CommandFailure for what is no time */
export function clockGiven(given: Arguments, io: Io): Clock {
  const at = given.text('at')
  if (at === undefined) return io.now
  const time = at === 'now' ? io.now() : parseTime(at)
  if (time === undefined) throw usageFailure(`--at must be ${TIME_HELP}`)
  return () => time
}

/** @throws CommandFailure for what could not be sent */
export function requestGiven(given: Arguments, { headers }: GivenCredential): DescribedRequest {
  const [url = '', method = 'GET', ip] = [given.text('path'), given.text('method'), given.text('ip')]
  if (!url.startsWith('/')) throw usageFailure('--path must begin with "/"')
  if (!/^[A-Z][A-Z-]*$/.test(method)) throw usageFailure('--method must be upper-case, like GET')
  if (ip !== undefined && isIP(ip) === 0) throw usageFailure('--ip must be an IPv4 or IPv6 address')
  if (!VALUE.test(given.text('host') ?? '')) throw usageFailure('--host must be a name as a request holds it')
  const sent = new Map<string, string[]>()
  const host: (readonly [string, string])[] = given.has('host') ? [['host', given.text('host') ?? '']] : []
  for (const [name, value] of [...host, ...headers, ...given.texts('header').map(parseHeader)]) {
    sent.set(name.toLowerCase(), [...(sent.get(name.toLowerCase()) ?? []), value])
  }
  return { method, url, ip, headers: Object.fromEntries(sent) }
}

/** A message holds no value: it may be a secret. */
function parseHeader(text: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^:]*):[ \t]*([\s\S]*)$/.exec(text) ?? []
  if (!isToken(name) || !VALUE.test(value)) throw usageFailure("--header must be like 'Accept: text/html'")
  return [name, value.trimEnd()]
}
