import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repositoryFiles } from './repository-files.ts'
import { REPOSITORY } from './run-command.ts'

/** Open to others: whoever makes one of these is a part of the public interface. */
const CONTRACTS = [
  ...['Authenticator', 'Policy', 'Pipeline', 'RouteTable', 'TierTable', 'ProofVerifier'],
  ...['KeyStore', 'TokenCache', 'ReplayStore', 'RateLimitStore', 'RevocationList', 'RevocationStore', 'SecretStore'],
]
/** What an authenticator, a rule or the program is made of is its own affair; a decision point is no such part. */
const PARTS = /^lib\/(?:command-line\/|(?:authenticate|authorize)\/(?!decision-points\/[^/]+$)[^/]+\/)/

export interface Factory {
  readonly name: string
  readonly path: string
  readonly makes: string
}

/** The exported functions of lib that make what a contract names, a narrower type of it included. */
export function factories(): readonly Factory[] {
  const declaration = /^export function (\w+)\((?:[^()]|\([^()]*\))*\): (\w+) \{$/gm
  return repositoryFiles('lib', '.ts').flatMap(({ path, text }) =>
    (PARTS.test(path) ? [] : [...text.matchAll(declaration)]).flatMap(([, name = '', type = '']) => {
      const makes = CONTRACTS.find((contract) => type.endsWith(contract))
      return makes === undefined ? [] : [{ name, path, makes }]
    }),
  )
}

/** The backends of the stores, as `memory`: files in lib/store that are no contract. */
export function storeBackends(): readonly string[] {
  const modules = factories().map(({ path }) => path)
  return [...new Set(modules)].filter((path) => path.startsWith('lib/store/')).map((path) => basename(path, '.ts'))
}

/** The values that a module exports; none when it holds types only. */
export async function valuesOf(path: string): Promise<readonly string[]> {
  return Object.keys(await import(pathToFileURL(REPOSITORY + path).href)).sort()
}
