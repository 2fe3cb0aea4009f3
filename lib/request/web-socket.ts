import type { Entrance } from '../decision-event.ts'
import { AuthError } from '../errors.ts'
import type { RawRequest } from '../request-view.ts'
import { parseHost } from './host.ts'
import type { ReceivedHeaders } from './received-headers.ts'

/** 16 bytes in base64: RFC 6455 §4.1. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/

/**
 * Whether a request may upgrade, and asks to if it came as an upgrade. Only a WebSocket handshake may (RFC 6455 §4.2.1),
 * from a page that may open one (§10.2): clients that are no browsers send no `Origin`; a browser's must be of this host,
 * or in the list.
 */
export function upgradeProblem(
  raw: RawRequest,
  { asksUpgrade }: Pick<ReceivedHeaders, 'asksUpgrade'>,
  entrance: Entrance,
  origins: ReadonlySet<string>,
): AuthError | undefined {
  if (entrance === 'http') return asksUpgrade ? noUpgrade('Upgrades are not accepted here.') : undefined
  if (!isHandshake(raw)) return noUpgrade('Only WebSocket handshakes may upgrade here.')
  const { origin } = raw.headers
  if (origin === undefined) return undefined
  const allowed = typeof origin === 'string' && (origins.has(origin) || isSameHost(origin, raw))
  return allowed ? undefined : new AuthError('access_denied', { reason: 'origin' })
}

function noUpgrade(detail: string): AuthError {
  return new AuthError('invalid_request', { reason: 'upgrade', detail })
}

function isHandshake(raw: RawRequest): boolean {
  const { upgrade, connection } = raw.headers
  const key = raw.headers['sec-websocket-key']
  return (
    raw.method === 'GET' &&
    raw.httpVersion === '1.1' &&
    typeof upgrade === 'string' &&
    upgrade.toLowerCase() === 'websocket' &&
    typeof connection === 'string' &&
    connection.split(',').some((option) => option.trim().toLowerCase() === 'upgrade') &&
    raw.headers['sec-websocket-version'] === '13' &&
    typeof key === 'string' &&
    KEY.test(key) &&
    raw.headers['transfer-encoding'] === undefined &&
    (raw.headers['content-length'] ?? '0') === '0'
  )
}

function isSameHost(origin: string, raw: RawRequest): boolean {
  const { host } = raw.headers
  if (typeof host !== 'string' || !URL.canParse(origin)) return false
  const { protocol, host: originHost } = new URL(origin)
  const ownHost = URL.canParse(`${protocol}//${host}`) ? new URL(`${protocol}//${host}`).host : host
  return (protocol === 'http:' || protocol === 'https:') && parseHost(host) !== undefined && originHost === ownHost
}
