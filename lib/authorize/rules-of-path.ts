import { invalidOption } from '../options.ts'
import type { CompiledRule } from './route-rule.ts'

/** A rule for one method, and the next. In a list: a path has few, and a map for each would be most of a table. */
interface ForMethod {
  readonly method: string
  readonly rule: CompiledRule
  readonly next: ForMethod | undefined
}

/** The rules of one path and host: those that name the method, and the one that names none. */
class RulesOfHost {
  #named: ForMethod | undefined
  #every: CompiledRule | undefined

  addForMethods(rule: CompiledRule): void {
    if (!rule.methods) {
      if (this.#every) throw tie(rule, this.#every)
      this.#every = rule
    }
    // GET, which comes most often, ends up before HEAD, which follows it.
    for (const method of rule.methods?.toReversed() ?? []) {
      for (let other = this.#named; other; other = other.next) {
        if (other.method === method) throw tie(rule, other.rule)
      }
      this.#named = { method, rule, next: this.#named }
    }
  }

  findForMethod(method: string): CompiledRule | undefined {
    for (let each = this.#named; each; each = each.next) {
      if (each.method === method) return each.rule
    }
    return this.#every
  }
}

/**
 * The rules of one path. A rule for the host goes before one for a wild card, the longest first, and that before one for
 * every host; among those, one that names the method before one that doesn't.
 */
export class RulesOfPath extends RulesOfHost {
  #hosts: Map<string, RulesOfHost> | undefined
  /** What follows the `*`, with its dot, and the rules there; the longest first. */
  #domains: readonly (readonly [string, RulesOfHost])[] | undefined

  /** @throws TypeError when another rule governs the same requests */
  add(rule: CompiledRule): void {
    if (!rule.hosts) this.addForMethods(rule)
    for (const host of rule.hosts ?? []) this.#rulesAt(host).addForMethods(rule)
  }

  find(method: string, host: string): CompiledRule | undefined {
    if (this.#hosts) {
      const rule = this.#hosts.get(host)?.findForMethod(method)
      if (rule) return rule
    }
    if (this.#domains) {
      for (const [domain, rules] of this.#domains) {
        const rule = host.endsWith(domain) ? rules.findForMethod(method) : undefined
        if (rule) return rule
      }
    }
    return this.findForMethod(method)
  }

  #rulesAt(host: string): RulesOfHost {
    return host.startsWith('*') ? this.#rulesAtDomain(host.slice(1)) : this.#rulesAtHost(host)
  }

  #rulesAtHost(host: string): RulesOfHost {
    this.#hosts ??= new Map()
    const rules = this.#hosts.get(host) ?? new RulesOfHost()
    this.#hosts.set(host, rules)
    return rules
  }

  #rulesAtDomain(domain: string): RulesOfHost {
    const known = this.#domains?.find(([each]) => each === domain)?.[1]
    if (known) return known
    const rules = new RulesOfHost()
    const all = [...(this.#domains ?? []), [domain, rules] as const]
    this.#domains = all.sort(([one], [other]) => other.length - one.length)
    return rules
  }
}

function tie(rule: CompiledRule, other: CompiledRule): TypeError {
  return invalidOption('routes', `"${rule.id}" and "${other.id}" govern the same requests; merge them`)
}
