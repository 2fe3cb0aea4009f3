import {
  type IntrospectionSettings,
  introspectionSettings,
  type ServerOptions,
} from '../../lib/authenticate/introspection/options.ts'
import type { Clock, Fetch } from '../../lib/effects.ts'
import { AUDIENCE, ISSUER, NOW } from './access-token.ts'
import { untyped } from './refused-option.ts'

export const INTROSPECTION_ENDPOINT = 'https://issuer.example.test/introspect'

/** Good options of a server that is asked, and changes as JavaScript may give them. */
export function serverOptions(changes: Readonly<Record<PropertyKey, unknown>> = {}): ServerOptions {
  return untyped<ServerOptions>({
    endpoint: INTROSPECTION_ENDPOINT,
    issuer: ISSUER,
    audience: AUDIENCE,
    client: { method: 'post', clientId: 'gateway', clientSecret: 'hush' },
    ...changes,
  })
}

export interface TestEffects {
  readonly fetch?: Fetch
  readonly now?: Clock
}

export function testSettings(
  changes: Readonly<Record<PropertyKey, unknown>> = {},
  { fetch = globalThis.fetch, now = () => NOW }: TestEffects = {},
): IntrospectionSettings {
  return introspectionSettings('factory', serverOptions(changes), { fetch, now, warn: () => undefined })
}
