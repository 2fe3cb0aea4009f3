import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import {
  dangerouslyRequireOnly,
  type FixedSignatureKey,
  type HttpSignatureOptions,
  httpSignatureAuthenticator,
} from '../../../lib/authenticate/http-signature.ts'
import { AuthError, DependencyError } from '../../../lib/errors.ts'
import { SIGNATURE_ALGORITHMS } from '../../../lib/signature-key.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import { NOW } from '../../support/access-token.ts'
import { ed, KEYS, secret, setUp, signed, signing, withBody } from '../../support/http-signatures.ts'
import { ORIGIN, type Signing, signatureFields, signedView, WITH_DIGEST } from '../../support/message-signature.ts'
import { atOnce, errorIn, principalIn } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

for (const algorithm of SIGNATURE_ALGORITHMS) {
  test(`${algorithm}: a signed request is of the client that the key belongs to, once`, async () => {
    const { authenticate } = setUp()
    const message = withBody('{"a":1}')
    const fields = signatureFields(message, signing(algorithm, { components: WITH_DIGEST }))
    const { kind, subject, clientId, method, credentialId, scopes } = await principalIn(
      authenticate(signedView(fields, message)),
    )
    assert.deepEqual(
      { kind, subject, clientId, method, credentialId, scopes },
      {
        kind: 'client',
        subject: 'acme',
        clientId: 'acme',
        method: 'http-signature',
        credentialId: `key-${algorithm}`,
        scopes: ['write:orders'],
      },
    )
    assert.equal((await errorIn(authenticate(signedView(fields, message)))).reason, 'replayed')
  })

  test(`${algorithm}: another algorithm than the key's is refused, whatever the message says`, async () => {
    const { authenticate } = setUp()
    for (const stated of [...SIGNATURE_ALGORITHMS, 'none', '']) {
      const parameters = `;created=${NOW};keyid="key-${algorithm}";alg="${stated}"`
      const { outcome } = await authenticate(signedView(signatureFields({}, signing(algorithm, { parameters }))))
      assert.equal(outcome, stated === algorithm ? 'authenticated' : 'rejected', stated)
    }
  })

  test(`${algorithm}: a key is used with no other algorithm`, async () => {
    const { authenticate } = setUp()
    for (const other of SIGNATURE_ALGORITHMS.filter((each) => each !== algorithm)) {
      const changes = signing(other, { keyId: `key-${algorithm}` })
      assert.equal((await errorIn(authenticate(signedView(signatureFields({}, changes))))).reason, 'signature or key')
    }
  })
}

test('what answers at once is answered at once', () => {
  assert.equal(atOnce(setUp().authenticate(signed())).outcome, 'authenticated')
})

test('without the fields there is no credential; one of them alone is half of one', async () => {
  const { authenticate } = setUp()
  const fields = signatureFields({}, signing())
  assert.equal((await authenticate(signedView({}))).outcome, 'absent')
  for (const name of ['signature', 'signature-input']) {
    assert.equal((await authenticate(signedView({ [name]: fields[name] ?? '' }))).outcome, 'rejected', name)
  }
})

suite('keys', () => {
  const answerFor = async (options: Partial<HttpSignatureOptions>, changes: Partial<Signing> = {}) =>
    errorIn(setUp(options).authenticate(signed({}, changes)))

  test('unknown, wrong, expired and forbidden keys are answered alike', async () => {
    const [key] = KEYS as readonly [FixedSignatureKey]
    const answers = [
      await answerFor({}, { keyId: 'unknown' }),
      await answerFor({}, { key: generateKeyPairSync('ed25519').privateKey }),
      await answerFor({ keys: [{ ...key, expiresAt: NOW }] }),
      await answerFor({ algorithms: ['hmac-sha256'] }),
      await answerFor({ sharedKeys: { find: () => ({ ...key, scopes: [], roles: [], secrets: [secret] }) } }),
    ]
    const told = answers.map(({ code, detail, reason }) => JSON.stringify({ code, detail, reason }))
    assert.equal(new Set(told).size, 1)
  })

  test('an unknown key costs a verification with the algorithm that is stated', async () => {
    for (const alg of [...SIGNATURE_ALGORITHMS, 'unknown']) {
      const parameters = `;created=${NOW};keyid="unknown";alg="${alg}"`
      assert.equal((await answerFor({}, { parameters })).reason, 'signature or key')
    }
  })

  test('a client has two keys while one takes the place of the other', async () => {
    const next = generateKeyPairSync('ed25519')
    const found = { keyId: 'k', owner: 'acme', algorithm: 'ed25519', scopes: [], roles: [] } as const
    const { authenticate } = setUp({
      keys: { find: async () => ({ ...found, keys: [next.publicKey, ed.publicKey] }) },
    })
    await principalIn(authenticate(signed({ target: '/a' }, { keyId: 'k' })))
    await principalIn(authenticate(signed({ target: '/b' }, { keyId: 'k', key: next.privateKey })))
  })

  test('shared secrets are found beside public keys, and verify HMAC alone', async () => {
    const { authenticate } = setUp({
      sharedKeys: {
        find: (keyId) =>
          keyId === 'shared' ? { keyId, owner: 'b', scopes: [], roles: [], secrets: [secret] } : undefined,
      },
    })
    const request = signedView(signatureFields({}, signing('hmac-sha256', { keyId: 'shared' })))
    assert.equal((await principalIn(authenticate(request))).subject, 'b')
    await principalIn(authenticate(signed()))
  })

  test('keys that cannot be found out, or are none for their algorithm, are a failed dependency', async () => {
    const broken = { find: () => Promise.reject(new DependencyError('keys', 'down')) }
    const [entry] = KEYS as readonly [FixedSignatureKey]
    const mixed = { find: () => ({ ...entry, scopes: [], roles: [], keys: [secret] }) }
    const silent = { find: () => new Promise<undefined>(() => {}) }
    for (const options of [
      { keys: broken },
      { sharedKeys: broken },
      { keys: broken, sharedKeys: broken },
      { keys: mixed },
      { keys: silent, deadlineMs: 5 },
    ]) {
      await assert.rejects(async () => setUp(options).authenticate(signed()), DependencyError)
    }
  })
})

test('a body that is too long for its route is answered 413', async () => {
  const limits: number[] = []
  const { authenticate } = setUp({ maxBodyBytes: 10, maxBodyBytesByRoute: { 'POST /imports/**': 20 } })
  for (const target of ['/orders', '/imports/7']) {
    const request = signed({ method: 'POST', target })
    const limited = Object.assign(Object.create(request), {
      readBody: (limit: number) => {
        limits.push(limit)
        return new AuthError('content_too_large', { reason: 'body' })
      },
      credential: (name: string) => request.credential(name),
    })
    assert.equal((await errorIn(authenticate(limited))).status, 413)
  }
  assert.deepEqual(limits, [10, 20])
})

test('options are checked at boot', () => {
  const replayStore = memoryReplayStore()
  const good = { origins: [ORIGIN], keys: KEYS, replayStore }
  const refuse = (changes: Record<string, unknown>, ...words: readonly string[]) =>
    assertRefusedOption(
      () => httpSignatureAuthenticator(untyped<HttpSignatureOptions>({ ...good, ...changes })),
      'httpSignatureAuthenticator',
      ...words,
    )
  refuse({ maxAge: 1 }, 'maxAgeSeconds')
  refuse({ origins: undefined }, 'origins')
  refuse({ origins: ['https://a.test/path'] }, 'origin')
  refuse({ origins: ['http://a.test', 'https://a.test'] }, 'one scheme')
  refuse({ replayStore: undefined }, 'replayStore')
  refuse({ keys: undefined }, '"keys" or "sharedKeys"')
  refuse({ keys: [] }, 'at least one')
  refuse({ keys: {} }, 'keys')
  refuse({ sharedKeys: {} }, 'sharedKeys')
  refuse({ algorithms: [] }, 'algorithms')
  refuse({ algorithms: ['none'] }, 'algorithms')
  refuse({ requiredComponents: ['@status'] }, '@status')
  refuse({ requiredComponents: ['Content-Type'] }, 'Content-Type')
  refuse({ tag: 'a\nb' }, 'tag')
  refuse({ tag: '' }, 'tag')
  refuse({ requireNonce: 1 }, 'requireNonce')
  refuse({ maxAgeSeconds: 3_601 }, '3600')
  refuse({ clockToleranceSeconds: 301 }, '300')
  refuse({ clockToleranceSeconds: -1 }, 'clockToleranceSeconds')
  refuse({ maxBodyBytes: 0 }, 'maxBodyBytes')
  refuse({ maxBodyBytesByRoute: { orders: 1 } }, 'maxBodyBytesByRoute')
  refuse({ deadlineMs: 0 }, 'deadlineMs')
  refuse({ realm: '' }, 'realm')
  refuse({ now: 1 }, 'now')
  assertRefusedOption(
    () => httpSignatureAuthenticator({ ...good, [dangerouslyRequireOnly]: ['@authority'], requiredComponents: ['a'] }),
    'dangerouslyRequireOnly',
  )
  assertRefusedOption(() => httpSignatureAuthenticator({ ...good, [dangerouslyRequireOnly]: [] }), 'at least one')
})
