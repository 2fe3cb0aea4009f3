import { readFileSync } from 'node:fs'
import type { Awaitable } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { invalidOption } from '../../options.ts'
import type { Certificate } from './certificate.ts'
import { isFileName, type PemSource } from './certificate-source.ts'
import { isUrl, ListSource, type ListSourceSettings, problemOf } from './list-source.ts'
import type { RevocationList } from './revocation-list.ts'

/** What a list says; `unlisted` when no list speaks of such a certificate. */
export type ListStatus = 'good' | 'revoked' | 'unlisted'

/** Lists of revoked certificates, from files, URLs and texts. */
export class RevocationLists {
  readonly #sources: readonly ListSource[]
  readonly #refreshable: readonly ListSource[]
  readonly #settings: ListSourceSettings

  /** @throws TypeError when a list that is at hand cannot be used; what is behind a URL is fetched at its first use */
  constructor(factory: string, places: readonly PemSource[], settings: ListSourceSettings) {
    this.#settings = settings
    const refreshable: ListSource[] = []
    this.#sources = places.map((place) => {
      const name = isFileName(place) ? place : ''
      const source = new ListSource(name, settings)
      if (name !== '') refreshable.push(source)
      if (!isUrl(name)) acceptAtBoot(factory, source, name === '' ? place : undefined, name)
      return source
    })
    this.#refreshable = refreshable
  }

  /**
   * What the lists of its issuer say of a certificate.
   * @throws DependencyError (or rejects) when they are out of date, or cannot be had
   */
  statusOf(certificate: Certificate, issuer: Certificate): Awaitable<ListStatus> {
    const at = this.#settings.now()
    let needed: ListSource[] | undefined
    for (const source of this.#refreshable) {
      if (source.isNeededFor(issuer.authorityId, at)) {
        needed ??= []
        needed.push(source)
      } else source.refreshAhead(at)
    }
    if (!needed) return this.#decide(certificate, issuer, at)
    // One that fails matters only if what is left does not answer.
    return Promise.allSettled(needed.map((source) => source.load())).then((results) => {
      const unknown = needed.find((source) => source.lists.length === 0)
      const failed = results.find((result) => result.status === 'rejected')
      if (unknown && failed) throw failed.reason
      return this.#decide(certificate, issuer, this.#settings.now())
    })
  }

  #decide(certificate: Certificate, issuer: Certificate, at: number): ListStatus {
    let isListed = false
    let isFresh = false
    for (const { lists } of this.#sources) {
      for (const list of lists) {
        if (list.authorityId !== issuer.authorityId || !list.covers(certificate)) continue
        if (list.has(certificate.serialNumber)) return 'revoked'
        isListed = true
        isFresh ||= isCurrent(list, at)
      }
    }
    if (isListed && !isFresh) throw new DependencyError('revocation list', 'is out of date')
    return isListed ? 'good' : 'unlisted'
  }

  /** Looks at all places again. Rejects with the first that cannot be used; the former lists stay. */
  async refresh(): Promise<void> {
    await Promise.all(this.#refreshable.map((source) => source.load(true)))
  }
}

function isCurrent({ thisUpdate, nextUpdate }: RevocationList, at: number): boolean {
  return at <= nextUpdate && at >= thisUpdate - 300
}

function acceptAtBoot(factory: string, source: ListSource, given: PemSource | undefined, file: string): void {
  try {
    source.accept(given ?? readFileSync(file))
  } catch (error) {
    const what = given === undefined ? `the file "${file}"` : 'the list given'
    throw invalidOption(factory, `"revocation.crls": ${what} ${problemOf(error)}`)
  }
}
