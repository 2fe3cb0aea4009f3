import { assertStrings, invalidOption } from '../options.ts'

/** A name or address, lower-case; `*.` before a name stands for one label or more. */
const HOST = /^(?:(?:\*\.)?[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]{2,45}\])$/

/** The hosts that a rule is for, lower-case. @throws TypeError for what no request's host can be */
export function checkedHosts(hosts: unknown): readonly string[] | undefined {
  if (hosts === undefined) return undefined
  assertStrings('routes', 'hosts', hosts)
  const names = hosts.map((host) => host.toLowerCase())
  const bad = names.find((name) => !HOST.test(name))
  if (bad !== undefined) {
    throw invalidOption(
      'routes',
      `"hosts" holds "${bad}"; a host is a name or address without port, or like *.example.com`,
    )
  }
  return [...new Set(names)]
}
