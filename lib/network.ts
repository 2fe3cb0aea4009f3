import { BlockList, isIP } from 'node:net'
import { assertStrings, invalidOption } from './options.ts'

/** A set of networks. `has` is false for what is no address. */
export interface Networks {
  has(address: string): boolean
}

export const noNetworks: Networks = { has: () => false }

/**
 * Reads addresses and CIDR ranges, such as `10.0.0.0/8` and `2001:db8::/32`.
 * @throws TypeError for anything that is not strictly one
 */
export function parseNetworks(factory: string, name: string, list: unknown): Networks {
  assertStrings(factory, name, list)
  const blocks = new BlockList()
  for (const entry of list) addNetwork(blocks, entry, factory, name)
  return {
    has(address) {
      const version = isIP(address)
      return version !== 0 && blocks.check(address, version === 6 ? 'ipv6' : 'ipv4')
    },
  }
}

function addNetwork(blocks: BlockList, entry: string, factory: string, name: string): void {
  const [address = '', bits, ...rest] = entry.split('/')
  const version = isIP(address)
  const family = version === 6 ? 'ipv6' : 'ipv4'
  const most = version === 6 ? 128 : 32
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (version === 0 || address.includes('%') || rest.length > 0 || !(prefix >= 0 && prefix <= most)) {
    throw invalidOption(factory, `"${name}" holds "${entry}", which is neither an address nor a range like 10.0.0.0/8`)
  }
  blocks.addSubnet(address, prefix, family)
}

/** What may have a zone, or another form. */
const SPECIAL = /[:%]/
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** An IPv4 address that a dual-stack socket shows as IPv6 is that IPv4 address; a zone is no part of an address. */
export function plainAddress(address: string): string {
  if (!SPECIAL.test(address)) return address
  const withoutZone = address.split('%', 1)[0] ?? ''
  return MAPPED.exec(withoutZone)?.[1] ?? withoutZone
}

/** How many bits of an address name the network that it is counted under. */
export interface NetworkPrefixes {
  /** 1 to 32. */
  readonly ipv4: number
  /** 1 to 128. */
  readonly ipv6: number
}

/** An IPv4 address by itself; of IPv6 the /64, which one customer has whole. */
export const CUSTOMER_PREFIXES: NetworkPrefixes = { ipv4: 32, ipv6: 64 }

/** The network that an address is counted under. What is no address is one network of its own. */
export function networkOf(address: string, prefixes: NetworkPrefixes = CUSTOMER_PREFIXES): string {
  const version = isIP(address)
  if (version === 4) return networkOfIPv4(address, prefixes.ipv4)
  if (version !== 6) return ''
  const groups = groupsOf(address)
  const [g6 = 0, g7 = 0] = groups.slice(6)
  // Counted as IPv6, every mapped IPv4 address would be of one network.
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') {
    return networkOfIPv4([g6 >> 8, g6 & 255, g7 >> 8, g7 & 255].join('.'), prefixes.ipv4)
  }
  const kept = groups.slice(0, Math.ceil(prefixes.ipv6 / 16)).map((group, index) => {
    const bits = Math.min(16, prefixes.ipv6 - 16 * index)
    return (group & (0xffff << (16 - bits))).toString(16)
  })
  return `${kept.join(':')}::/${prefixes.ipv6}`
}

function networkOfIPv4(address: string, prefix: number): string {
  if (prefix === 32) return address
  const octets = address.split('.').map((octet, index) => {
    const bits = Math.max(0, Math.min(8, prefix - 8 * index))
    return Number(octet) & (0xff << (8 - bits))
  })
  return `${octets.join('.')}/${prefix}`
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::')
  const before = numbersIn(head)
  if (tail === undefined) return before
  const after = numbersIn(tail)
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

/** A dotted quad stands for two groups. */
function numbersIn(text: string): readonly number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [(a << 8) | b, (c << 8) | d]
  })
}
