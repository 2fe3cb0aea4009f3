import { hash } from 'node:crypto'
import { createChallenge } from '../challenge.ts'
import { withDeadline } from '../deadline.ts'
import { type Awaitable, onceThere } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { isFirstUse } from '../first-use.ts'
import type { RequestView } from '../request-view.ts'
import type { SignatureKey } from '../signature-key.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticatedAs,
  rejected,
  rejectedWith,
} from './authenticator.ts'
import { acceptSignature } from './http-signature/accept-signature.ts'
import { isSignedBy } from './http-signature/algorithms.ts'
import { componentProblem } from './http-signature/component-value.ts'
import { isDigestOf } from './http-signature/content-digest.ts'
import { covers, uncovered } from './http-signature/coverage.ts'
import { findKey, KEY_ID } from './http-signature/known-keys.ts'
import {
  type HttpSignatureOptions,
  type HttpSignatureSettings,
  httpSignatureSettings,
} from './http-signature/options.ts'
import { type PresentedSignature, readSignatures } from './http-signature/presented-signature.ts'
import { signatureBase } from './http-signature/signature-base.ts'
import { withoutClaims } from './rehearsal.ts'

export type { FixedSignatureKey } from './http-signature/known-keys.ts'
export { dangerouslyRequireOnly, type HttpSignatureOptions } from './http-signature/options.ts'

const SIGNATURE = 'signature'
const SIGNATURE_INPUT = 'signature-input'
const DIGEST = 'content-digest'

/** One answer for every bad signature: unknown, expired and mistaken keys look like wrong ones from outside. */
const DETAIL = 'The signature is not valid.'
const NONCE = /^[\x21-\x7e]{1,256}$/

/**
 * HTTP Message Signatures (RFC 9421), with `Content-Digest` (RFC 9530) for the body. The algorithm is the key's. One
 * signature of a message counts, chosen by its tag, and counts once. Nobody can tell an unknown key from a wrong signature.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function httpSignatureAuthenticator(options: HttpSignatureOptions): Authenticator {
  const settings = httpSignatureSettings(options)
  const { required, requiresDigest } = settings.coverage
  const wanted = requiresDigest ? [...new Set([...required, DIGEST])] : required
  return {
    method: 'http-signature',
    challenges: [
      createChallenge(
        'HTTP-Signature',
        { realm: settings.realm },
        { 'accept-signature': acceptSignature(wanted, settings.tag) },
      ),
    ],
    sources: [{ header: SIGNATURE }, { header: SIGNATURE_INPUT }],
    urlParameters: [],
    issuers: [],
    authenticate: (request) => authenticate(settings, request),
    rehearse: (request) =>
      withoutClaims('the signature', (replayStore) => authenticate({ ...settings, replayStore }, request)),
  }
}

function authenticate(settings: HttpSignatureSettings, request: RequestView): Awaitable<Authentication> {
  const input = request.credential(SIGNATURE_INPUT)
  const signature = request.credential(SIGNATURE)
  if (input === undefined && signature === undefined) return ABSENT
  const signatures = readSignatures(input ?? '', signature ?? '')
  if (typeof signatures === 'string') return rejected(signatures, 'The signature fields cannot be read.')
  // Those with another tag are another application's: RFC 9421 §2.3.
  const [presented, another] = signatures.filter(({ parameters }) => parameters.tag === settings.tag)
  if (!presented) return ABSENT
  // Whose request would it be? And a good one would lend its name to what the bad one says.
  if (another) return rejected('several signatures', 'More than one signature could be meant.')
  return verify(settings, request, presented)
}

function verify(
  settings: HttpSignatureSettings,
  request: RequestView,
  presented: PresentedSignature,
): Awaitable<Authentication> {
  const { components } = presented
  const until = timeLimit(settings, presented)
  if (typeof until !== 'number') return until
  const problem = components.map(componentProblem).find((each) => each !== undefined)
  if (problem !== undefined) return rejected(problem, 'A component of the signature is not supported here.')
  const origin = settings.originOf(request)
  if (!origin) return rejected('origin', 'The request is for another host than those that signatures are for.')
  return onceThere(request.readBody(settings.maxBodyBytesOf(request)), (body) => {
    if (body instanceof AuthError) return rejectedWith(body)
    const gap = uncovered(settings.coverage, components, { target: request.target, hasBody: body.length > 0 })
    if (gap !== undefined) return rejected(gap, 'The signature does not cover what it must.')
    const base = signatureBase(presented, { request, origin })
    if (base === undefined) return rejected('missing component', 'The signature covers what the request does not have.')
    return onceThere(signerOf(settings, presented, Buffer.from(base)), (key) => {
      if (!key) return rejected('signature or key', DETAIL)
      // Only now: to hash a large body is work that is done for clients alone.
      if (covers(components, DIGEST) && !isDigestOf(String(request.headers[DIGEST]), body)) {
        return rejected('content-digest', 'The digest is not of this body.')
      }
      return claim(settings, key, usedOnce(presented, base), until)
    })
  })
}

/**
 * What is used up: the nonce, or else what was signed. Not the signature's bytes: those of ECDSA have twins, that anyone
 * can make.
 */
function usedOnce({ parameters: { nonce } }: PresentedSignature, base: string): string {
  return nonce === undefined ? `base:${hash('sha256', base, 'base64url')}` : `nonce:${nonce}`
}

/** A key id may hold colons: its length says where it ends. */
function claim(
  { replayStore, deadlineMs }: HttpSignatureSettings,
  key: SignatureKey,
  used: string,
  until: number,
): Awaitable<Authentication> {
  const claimed = replayStore.claim(`http-signature:${key.keyId.length}:${key.keyId}:${used}`, until)
  return onceThere(withDeadline('replay store', deadlineMs, claimed), (answer) =>
    isFirstUse(answer) ? authenticatedAs(fieldsOf(key)) : rejected('replayed', 'The signature has been used before.'),
  )
}

/** @returns until when the signature could be taken for good, epoch seconds; or the rejection */
function timeLimit(
  { now, maxAgeSeconds, clockToleranceSeconds, requireNonce }: HttpSignatureSettings,
  { parameters: { created, expires, nonce, keyid } }: PresentedSignature,
): number | Authentication {
  if (created === undefined || keyid === undefined || (requireNonce && nonce === undefined)) {
    return rejected('incomplete signature', 'The signature needs "created", "keyid" and perhaps "nonce".')
  }
  if (!KEY_ID.test(keyid)) return rejected('key id', DETAIL)
  if (nonce !== undefined && !NONCE.test(nonce)) return rejected('nonce', DETAIL)
  const at = now()
  if (!(created <= at + clockToleranceSeconds))
    return rejected('from the future', 'The signature is not of the present.')
  const end = Math.min(created + maxAgeSeconds, expires ?? Number.POSITIVE_INFINITY) + clockToleranceSeconds
  // One that ends before it begins was never good, whatever the clocks.
  if (!(at <= end) || (expires !== undefined && expires < created))
    return rejected('expired', 'The signature is not of the present.')
  // A second longer than it may be taken: none is forgotten in the moment in which it would still be good.
  return end + 1
}

/**
 * The key that made the signature. The algorithm is the key's; what the message says of it may only agree. With a key id
 * that nobody has, as much is computed.
 */
function signerOf(
  settings: HttpSignatureSettings,
  presented: PresentedSignature,
  base: Uint8Array,
): Awaitable<SignatureKey | undefined> {
  const { keys, sharedKeys, deadlineMs } = settings
  const found = findKey(presented.parameters.keyid ?? '', keys, sharedKeys)
  return onceThere(withDeadline('signature keys', deadlineMs, found), (key) => {
    return hasSigned(settings, presented, base, key) ? key : undefined
  })
}

function hasSigned(
  { algorithms, nobodysKeys, now }: HttpSignatureSettings,
  { parameters: { alg }, signature }: PresentedSignature,
  base: Uint8Array,
  key: SignatureKey | undefined,
): boolean {
  // Looked up for a known key too, so that both ways are one.
  const nobodys = nobodysKeys.get(alg ?? '') ?? nobodysKeys.get(algorithms[0] ?? '')
  const signer = key ?? nobodys
  const isGood = signer !== undefined && isSignedBy(signer.algorithm, signer.keys, base, signature)
  if (!key) return false
  const isMeant = algorithms.includes(key.algorithm) && (alg === undefined || alg === key.algorithm)
  return isGood && isMeant && (key.expiresAt === undefined || now() < key.expiresAt)
}

function fieldsOf({ keyId, owner, scopes, roles, tenantId, tier, expiresAt }: SignatureKey) {
  return {
    kind: 'client',
    subject: owner,
    clientId: owner,
    method: 'http-signature',
    credentialId: keyId,
    scopes,
    roles,
    tenantId,
    tier,
    expiresAt,
  } as const
}
