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

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** An IPv4 address that a dual-stack socket shows as IPv6 is that IPv4 address; a zone is no part of an address. */
export function plainAddress(address: string): string {
  const withoutZone = address.split('%', 1)[0] ?? ''
  return MAPPED.exec(withoutZone)?.[1] ?? withoutZone
}

/**
 * The network that an address is counted under: an IPv4 address by itself; of IPv6 the /64, which one customer has whole.
 * What is no address is one network of its own.
 */
export function networkOf(address: string): string {
  const version = isIP(address)
  if (version === 4) return address
  return version === 6 ? `${firstGroups(address, 4).join(':')}::/64` : ''
}

/** The first of an IPv6 address's eight groups, written out. */
function firstGroups(address: string, count: number): string[] {
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  // A dotted quad at the end stands for two groups.
  const dotted = after.at(-1)?.includes('.') ? 1 : 0
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length - dotted
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return groups.slice(0, count).map((group) => Number.parseInt(group, 16).toString(16))
}
