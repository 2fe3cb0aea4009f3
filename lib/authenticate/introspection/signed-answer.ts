import type { Clock } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { assertKnownKeys, assertStrings, invalidOption } from '../../options.ts'
import { isJwsAlgorithm, type JwsAlgorithm, SHARED_SECRET_ALGORITHM } from '../jwt/algorithms.ts'
import { COMPACT_JWS, parseHeader } from '../jwt/compact-jws.ts'
import { type IssuerEffects, issuerKeys, type KeySource } from '../jwt/issuer-keys.ts'
import type { KeySet } from '../jwt/key-set.ts'
import { verifiedPayload } from '../jwt/signature.ts'

/** How answers are signed: RFC 9701 §5. */
export interface SignedAnswerOptions extends Pick<KeySource, 'jwksUri' | 'keys'> {
  readonly algorithms: readonly JwsAlgorithm[]
}

export interface AnswerKeys {
  readonly algorithms: ReadonlySet<JwsAlgorithm>
  readonly keySet: KeySet
}

/** @throws TypeError when the options are wrong */
export function signedAnswerKeys(
  factory: string,
  options: SignedAnswerOptions,
  server: KeySource,
  effects: IssuerEffects,
): AnswerKeys {
  const name = `${factory}.signedAnswers`
  assertKnownKeys(name, options, ['algorithms', 'jwksUri', 'keys'])
  const { algorithms, ...source } = options
  assertStrings(name, 'algorithms', algorithms)
  if (!algorithms.every((each) => isJwsAlgorithm(each) && each !== SHARED_SECRET_ALGORITHM)) {
    throw invalidOption(name, '"algorithms" must hold algorithms of public keys, such as RS256')
  }
  const keySet = issuerKeys(name, { ...server, ...source }, effects)
  return { algorithms: new Set(algorithms), keySet }
}

const MAX_AGE_SECONDS = 60

/**
 * What a signed answer says of a token, by the keys of its issuer and for this client only: RFC 9701 §5, §8.1.
 * @throws DependencyError when it isn't the answer it should be: a server's fault, or somebody's in between
 */
export async function verifiedAnswer(
  text: string,
  { algorithms, keySet }: AnswerKeys,
  { issuer, clientId, now }: { readonly issuer: string; readonly clientId: string; readonly now: Clock },
): Promise<unknown> {
  const header = COMPACT_JWS.test(text) ? parseHeader(text) : 'no JWT'
  if (typeof header === 'string') throw unusable(header)
  if (header.type !== 'token-introspection+jwt') throw unusable('typ')
  if (!algorithms.has(header.algorithm)) throw unusable('algorithm')
  const key = await keySet.find(header.keyId, header.algorithm)
  const claims = key && (await verifiedPayload(text, header.algorithm, key.key))
  if (!claims) throw unusable('signature')
  const { iss, aud, iat, token_introspection: answer } = claims
  if (iss !== issuer) throw unusable('issuer')
  if (!(Array.isArray(aud) ? aud : [aud]).includes(clientId)) throw unusable('audience')
  if (!(typeof iat === 'number' && Math.abs(now() - iat) <= MAX_AGE_SECONDS)) throw unusable('iat')
  return answer
}

function unusable(problem: string): DependencyError {
  return new DependencyError('introspection', `the signed answer cannot be used: ${problem}`)
}
