import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { basename } from 'node:path'
import { suite, test } from 'node:test'
import { accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import type { Authentication } from '../../lib/authenticate/authenticator.ts'
import { introspectionAuthenticator } from '../../lib/authenticate/introspection.ts'
import { isJwsAlgorithm } from '../../lib/authenticate/jwt/algorithms.ts'
import type { Principal } from '../../lib/principal.ts'
import { links } from '../support/markdown.ts'
import { errorIn, principalIn } from '../support/outcomes.ts'
import {
  type ProviderExample,
  type ProviderOptions,
  providerExamples,
  providerOptions,
} from '../support/provider-page.ts'
import { repositoryFile, repositoryFiles } from '../support/repository-files.ts'
import { bearer } from '../support/request-view.ts'
import { createSigningKey, type SigningKey } from '../support/signing-key.ts'

/*
 * Each page in docs/identity-providers shows tokens of its provider, options for them, and the principals that come of
 * them. What is read there is done here: the options are those of the page's code, the payloads are signed as they are.
 */

const FOLDER = 'docs/identity-providers'
const INDEX = `${FOLDER}/README.md`
const PAGES = repositoryFiles(FOLDER, '.md').filter(({ path }) => path !== INDEX)

// What the pages read from the environment.
process.env.INTROSPECTION_SECRET = 'a secret that nobody else knows'
process.env.INTROSPECTION_KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey

const KEYS = new Map<string, SigningKey>()

function keyOf({ header }: ProviderExample): SigningKey {
  const alg = header?.alg ?? 'RS256'
  if (!isJwsAlgorithm(alg)) return assert.fail(`no algorithm: ${alg}`)
  const key = KEYS.get(alg) ?? createSigningKey(alg)
  KEYS.set(alg, key)
  return key
}

/** What the pages show of a principal; the rest follows from the token's times and from the method. */
function shown({
  method: _method,
  issuer: _issuer,
  expiresAt: _expires,
  claims: _claims,
  ...rest
}: Principal): unknown {
  return JSON.parse(JSON.stringify(rest))
}

function clockOf({ claims }: ProviderExample): () => number {
  return () => Number(claims.iat) + 10
}

function authenticateToken(example: ProviderExample, { issuers }: ProviderOptions): Promise<Authentication> {
  const key = keyOf(example)
  const subject = accessTokenAuthenticator({
    issuers: issuers.map(({ jwksUri: _jwksUri, ...options }) => ({ ...options, keys: { keys: [key.jwk] } })),
    now: clockOf(example),
  })
  return Promise.resolve(
    subject.authenticate(bearer(key.sign(example.claims, { typ: undefined, ...example.header, kid: key.keyId }))),
  )
}

function authenticateAnswer(example: ProviderExample, { servers }: ProviderOptions): Promise<Authentication> {
  const [server] = servers
  if (!server) assert.fail('the page has options for introspection')
  const subject = introspectionAuthenticator({
    ...server,
    fetch: async () => Response.json(example.claims),
    now: clockOf(example),
  })
  return Promise.resolve(subject.authenticate(bearer('opaque-token')))
}

test('every provider is on the index', () => {
  const linked = links(repositoryFile(INDEX)).map(({ target }) => target)
  assert.deepEqual(
    PAGES.map(({ path }) => basename(path)).filter((name) => !linked.includes(name)),
    [],
  )
  assert.equal(PAGES.length, 8)
})

const PRINCIPAL = repositoryFile('lib/principal.ts').text
const SOURCES = repositoryFiles('lib/authenticate', '.ts')
  .map(({ text }) => text)
  .join('\n')

/** What the log says, in the first column of a page's table of mistakes. */
function loggedReasons(text: string): readonly string[] {
  const [, table = ''] = text.split('| the [log](../decision-events.md) says |')
  const cells = table.split('\n').map((row) => row.split('|')[1] ?? '')
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, words = '']) => words.split(' \u2026 ')))
}

for (const page of PAGES) {
  test(`the reasons that ${page.path} finds in the log are there to be found`, () => {
    const reasons = loggedReasons(page.text)
    assert.ok(reasons.length > 1)
    // "roles cannot be represented" is put together from two.
    assert.deepEqual(
      reasons
        .map((reason) => reason.replace(/^roles /, ''))
        .filter((reason) => !`${SOURCES}${PRINCIPAL}`.includes(reason)),
      [],
    )
  })

  suite(page.path, async () => {
    const examples = providerExamples(page)
    const options = await providerOptions(page)

    test('shows options, a token that is taken, and one that is not', () => {
      assert.ok(options.issuers.length > 0 || options.servers.length > 0)
      assert.ok(examples.some(({ principal }) => principal?.kind === 'client'))
      assert.ok(examples.some(({ reason }) => reason !== undefined))
    })

    for (const example of examples) {
      const { kind, line, principal, reason } = example
      test(`${kind} in line ${line}: ${reason ? `refused, ${reason}` : principal?.kind}`, async () => {
        const answer = await (kind === 'payload' ? authenticateToken : authenticateAnswer)(example, options)
        if (reason !== undefined) assert.equal((await errorIn(answer)).reason, reason)
        else assert.deepEqual(shown(await principalIn(answer)), principal, 'as the page says')
      })
    }
  })
}
