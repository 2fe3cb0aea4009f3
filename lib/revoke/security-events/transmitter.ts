import { hash, timingSafeEqual } from 'node:crypto'
import { createIssuer, type Issuer } from '../../authenticate/jwt/issuer.ts'
import type { IssuerEffects } from '../../authenticate/jwt/issuer-keys.ts'
import { assertKnownKeys, assertString, assertStrings, invalidOption } from '../../options.ts'
import { SIGNER_OPTIONS, type SignerOptions } from '../signed-token.ts'

/** A party that tells of security events. `issuer` is compared exactly with `iss`. */
export interface TransmitterOptions extends SignerOptions {
  /** The issuer whose tokens it may speak about. Default: itself. */
  readonly subjectIssuer?: string
  /**
   * What its `Authorization` header must be, of at least 32 characters, such as `Bearer …`; several while it changes.
   * Without it, the signature alone tells who it is.
   */
  readonly authorization?: string | readonly string[]
}

export interface Transmitter {
  readonly issuer: Issuer
  readonly subjectIssuer: string
  /** Whether an `Authorization` header is the transmitter's. */
  isAuthorized(header: string | undefined): boolean
}

const MIN_SECRET_LENGTH = 32

/** @throws TypeError when an option is missing, unknown or unsafe */
export function createTransmitter(factory: string, options: TransmitterOptions, effects: IssuerEffects): Transmitter {
  const name = `${factory}.transmitters`
  assertKnownKeys(name, options, [...SIGNER_OPTIONS, 'subjectIssuer', 'authorization'])
  const { subjectIssuer = options.issuer, authorization, ...signer } = options
  const issuer = createIssuer(name, signer, effects)
  assertString(name, 'subjectIssuer', subjectIssuer)
  return { issuer, subjectIssuer, isAuthorized: authorizationCheck(name, authorization) }
}

function authorizationCheck(
  name: string,
  authorization: TransmitterOptions['authorization'],
): Transmitter['isAuthorized'] {
  if (authorization === undefined) return () => true
  const secrets = typeof authorization === 'string' ? [authorization] : authorization
  assertStrings(name, 'authorization', secrets)
  if (secrets.some((secret) => secret.length < MIN_SECRET_LENGTH)) {
    throw invalidOption(name, `"authorization" must be at least ${MIN_SECRET_LENGTH} characters that cannot be guessed`)
  }
  const digests = secrets.map(digest)
  return (header) => {
    const presented = digest(header ?? '')
    // All are compared, and none of them byte by byte until they differ.
    return digests.filter((each) => timingSafeEqual(each, presented)).length > 0
  }
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
