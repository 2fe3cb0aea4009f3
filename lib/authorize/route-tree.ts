import type { PatternSegment } from './route-pattern.ts'
import type { CompiledRule } from './route-rule.ts'
import { RulesOfPath } from './rules-of-path.ts'

/**
 * Rules by path: a node is the rules of a path, and what follows it. At every segment a literal is more specific than
 * `:name`, and that than `**`. The cost of a look-up grows with the path, not with the number of rules. In a large table it
 * is the memory that takes the time: the fewer objects a look-up goes through, the better.
 */
export class RouteTree extends RulesOfPath {
  /** The first literal to follow, and where it leads. Most often it is the only one: then no map is needed. */
  #literal: string | undefined
  #first: RouteTree | undefined
  #others: Map<string, RouteTree> | undefined
  #one: RouteTree | undefined
  #rest: RulesOfPath | undefined

  /** @throws TypeError when another rule governs the same requests */
  addAt(pattern: readonly PatternSegment[], rule: CompiledRule): void {
    let node: RouteTree = this
    for (const segment of pattern) {
      if (segment.kind === 'rest') {
        node.#rest ??= new RulesOfPath()
        node.#rest.add(rule)
        return
      }
      node = segment.kind === 'one' ? node.#oneFurther() : node.#further(segment.text)
    }
    node.add(rule)
  }

  /** The most specific rule for a path, of which the segments before `index` have led here. */
  findAt(segments: readonly string[], index: number, method: string, host: string): CompiledRule | undefined {
    const segment = segments[index]
    if (segment === undefined) {
      const here = this.find(method, host)
      if (here) return here
    } else {
      const literal = this.#behind(segment)
      const deeper =
        literal?.findAt(segments, index + 1, method, host) ?? this.#one?.findAt(segments, index + 1, method, host)
      if (deeper) return deeper
    }
    return this.#rest?.find(method, host)
  }

  #behind(text: string): RouteTree | undefined {
    return text === this.#literal ? this.#first : this.#others?.get(text)
  }

  #further(text: string): RouteTree {
    const known = this.#behind(text)
    if (known) return known
    const made = new RouteTree()
    if (this.#literal === undefined) {
      this.#literal = text
      this.#first = made
    } else {
      this.#others ??= new Map()
      this.#others.set(text, made)
    }
    return made
  }

  #oneFurther(): RouteTree {
    this.#one ??= new RouteTree()
    return this.#one
  }
}
