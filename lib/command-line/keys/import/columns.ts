import { parseExpiry } from '../../time.ts'

/** Other names for fields: those of the options, and of other people's tables. */
const ALIASES: Readonly<Record<string, string>> = {
  clientid: 'owner',
  scope: 'scopes',
  role: 'roles',
  tenant: 'tenantId',
  tenantid: 'tenantId',
  user: 'userId',
  userid: 'userId',
  network: 'allowedNetworks',
  networks: 'allowedNetworks',
  allowednetworks: 'allowedNetworks',
  route: 'allowedRoutes',
  routes: 'allowedRoutes',
  allowedroutes: 'allowedRoutes',
  expires: 'expiresAt',
  expiresat: 'expiresAt',
}

/** The field that a column or member means: `Tenant_ID` is `tenantId`. */
export function fieldOfColumn(name: string): string {
  const plain = name.trim().toLowerCase().replace(/[_ -]/g, '')
  return Object.hasOwn(ALIASES, plain) ? (ALIASES[plain] ?? plain) : plain
}

const LISTS = ['scopes', 'roles', 'allowedNetworks']

/** What is written in a field, as the field's type. What cannot be read stays as it is: the check of the field tells. */
export function valueOfField(field: string, value: unknown, now: number): unknown {
  if (typeof value !== 'string') return value
  if (LISTS.includes(field)) return items(value, /\s+/)
  if (field === 'allowedRoutes') return items(value, ';')
  if (field !== 'expiresAt') return value
  return /^\d{9,11}(?:\.\d+)?$/.test(value) ? Number(value) : (parseExpiry(value, now) ?? value)
}

function items(text: string, separator: string | RegExp): readonly string[] {
  const parts = text.split(separator).map((part) => part.trim())
  return parts.filter((part) => part !== '')
}
