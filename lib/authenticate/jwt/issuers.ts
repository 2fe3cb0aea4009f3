import type { Awaitable } from '../../effects.ts'
import { invalidOption } from '../../options.ts'
import type { IssuerNames } from '../authenticator.ts'
import { createIssuer, type Issuer, type IssuerOptions } from './issuer.ts'
import type { IssuerEffects } from './issuer-keys.ts'
import { type IssuerResolver, resolvedIssuers } from './resolved-issuers.ts'

/** Whose tokens are accepted. Keys, audiences and rules are looked up by issuer, so that none speaks for another. */
export interface Issuers {
  readonly names: IssuerNames
  /** The one issuer there is, if there is one only. */
  readonly only: Issuer | undefined
  find(name: string): Awaitable<Issuer | undefined>
  /** An issuer that has been found before. Never waits. */
  known(name: string): Issuer | undefined
}

/**
 * Issuers as an option gives them: a list, or a function that finds one by its name.
 * @throws TypeError when it is neither, or a listed one is wrong
 */
export function issuersOf(
  factory: string,
  given: readonly IssuerOptions[] | IssuerResolver,
  effects: IssuerEffects,
): Issuers {
  return typeof given === 'function' ? resolvedIssuers(factory, given, effects) : listedIssuers(factory, given, effects)
}

/** @throws TypeError when the list is empty, names one issuer twice, or an option of one is wrong */
export function listedIssuers(factory: string, list: readonly IssuerOptions[], effects: IssuerEffects): Issuers {
  if (!Array.isArray(list) || list.length === 0) {
    throw invalidOption(factory, '"issuers" must list at least one issuer, or be a function that finds one')
  }
  const byName = new Map<string, Issuer>()
  for (const options of list) {
    const issuer = createIssuer(factory, options, effects)
    if (byName.has(issuer.rules.issuer)) throw invalidOption(factory, `"issuers" names "${issuer.rules.issuer}" twice`)
    if (issuer.hasSecret && list.length > 1) {
      throw invalidOption(factory, '"issuers" holds one with a shared secret; HS256 stands alone')
    }
    byName.set(issuer.rules.issuer, issuer)
  }
  const [first] = byName.values()
  return {
    names: [...byName.keys()],
    only: byName.size === 1 ? first : undefined,
    find: (name) => byName.get(name),
    known: (name) => byName.get(name),
  }
}
