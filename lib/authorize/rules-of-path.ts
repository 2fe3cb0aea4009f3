import { invalidOption } from '../options.ts'
import type { CompiledRule } from './route-rule.ts'

/** The rules of one path and host: those that name the method, and the one that names none. Small: there are many. */
interface ByMethod {
  readonly named: Map<string, CompiledRule> | undefined
  readonly every: CompiledRule | undefined
}

const NONE: ByMethod = { named: undefined, every: undefined }

/**
 * The rules of one path. A rule for the host goes before one for a wild card, the longest first, and that before one for
 * every host; among those, one that names the method before one that doesn't.
 */
export class RulesOfPath {
  #everywhere = NONE
  #hosts: Map<string, ByMethod> | undefined
  /** What follows the `*`, with its dot, and the rules there; the longest first. */
  #domains: readonly (readonly [string, ByMethod])[] | undefined

  /** @throws TypeError when another rule governs the same requests */
  add(rule: CompiledRule): void {
    if (!rule.hosts) this.#everywhere = withRule(this.#everywhere, rule)
    for (const host of rule.hosts ?? []) this.#addAt(host, rule)
  }

  find(method: string, host: string): CompiledRule | undefined {
    if (this.#hosts) {
      const rules = this.#hosts.get(host)
      const rule = rules && ruleFor(rules, method)
      if (rule) return rule
    }
    if (this.#domains) {
      for (const [domain, rules] of this.#domains) {
        const rule = host.endsWith(domain) ? ruleFor(rules, method) : undefined
        if (rule) return rule
      }
    }
    return ruleFor(this.#everywhere, method)
  }

  #addAt(host: string, rule: CompiledRule): void {
    if (!host.startsWith('*')) {
      this.#hosts ??= new Map()
      this.#hosts.set(host, withRule(this.#hosts.get(host) ?? NONE, rule))
      return
    }
    const domain = host.slice(1)
    const others = this.#domains?.filter(([each]) => each !== domain) ?? []
    const known = this.#domains?.find(([each]) => each === domain)?.[1] ?? NONE
    const all = [...others, [domain, withRule(known, rule)] as const]
    this.#domains = all.sort(([one], [other]) => other.length - one.length)
  }
}

function ruleFor({ named, every }: ByMethod, method: string): CompiledRule | undefined {
  return named?.get(method) ?? every
}

function withRule({ named, every }: ByMethod, rule: CompiledRule): ByMethod {
  if (!rule.methods) {
    if (every) throw tie(rule, every)
    return { named, every: rule }
  }
  const more = new Map(named)
  for (const method of rule.methods) {
    const other = more.get(method)
    if (other) throw tie(rule, other)
    more.set(method, rule)
  }
  return { named: more, every }
}

function tie(rule: CompiledRule, other: CompiledRule): TypeError {
  return invalidOption('routes', `"${rule.id}" and "${other.id}" govern the same requests; merge them`)
}
