import { BlockList, isIP, isIPv6 } from 'node:net'

export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

export function isThisMachine(hostname: string): boolean {
  return LOOPBACK_HOSTS.includes(hostname)
}

/** Whether what is sent there can be read and changed on its way. */
export function isOpenHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !isThisMachine(hostname)
}

/** A name, or an IPv6 address in brackets; no port. */
export function isHost(item: string): boolean {
  return item.startsWith('[')
    ? item.endsWith(']') && isIPv6(item.slice(1, -1))
    : /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(item)
}

/** An address, or a range like 10.0.0.0/8. */
export function isNetwork(item: string): boolean {
  const [address = '', prefix = '', ...rest] = item.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  if (!item.includes('/')) return true
  try {
    new BlockList().addSubnet(address, /^\d+$/.test(prefix) ? Number(prefix) : -1, isIPv6(address) ? 'ipv6' : 'ipv4')
    return true
  } catch {
    return false
  }
}
