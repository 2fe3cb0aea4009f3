import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import type { SignatureAlgorithm } from '../../../lib/signature-key.ts'
import { NOW } from '../../support/access-token.ts'
import { claimedOnce } from '../../support/claimed-once.ts'
import { setUp, signed, signing, withBody } from '../../support/http-signatures.ts'
import { type MessageToSign, signatureFields, signedView, WITH_DIGEST } from '../../support/message-signature.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'
import { untyped } from '../../support/refused-option.ts'

suite('S-01: time', () => {
  const CASES: Readonly<Record<string, { readonly parameters: string; readonly reason: string | undefined }>> = {
    now: { parameters: `;created=${NOW}`, reason: undefined },
    'as old as may be': { parameters: `;created=${NOW - 330}`, reason: undefined },
    'too old': { parameters: `;created=${NOW - 331}`, reason: 'expired' },
    'a clock that is ahead': { parameters: `;created=${NOW + 30}`, reason: undefined },
    'from the future': { parameters: `;created=${NOW + 31}`, reason: 'from the future' },
    'in milliseconds': { parameters: `;created=${NOW}000`, reason: 'from the future' },
    'just expired': { parameters: `;created=${NOW - 60};expires=${NOW - 31}`, reason: 'expired' },
    'expires soon': { parameters: `;created=${NOW - 60};expires=${NOW + 1}`, reason: undefined },
    'expires late, and is old': { parameters: `;created=${NOW - 400};expires=${NOW + 900}`, reason: 'expired' },
    'expires before it was made': { parameters: `;created=${NOW};expires=1`, reason: 'expired' },
    'never made': { parameters: '', reason: 'incomplete signature' },
    'a string': { parameters: `;created="${NOW}"`, reason: 'created format' },
    'a fraction': { parameters: `;created=${NOW}.5`, reason: 'created format' },
    'a date': { parameters: `;created=@${NOW}`, reason: 'signature-input format' },
    'a token': { parameters: ';created=now', reason: 'created format' },
    true: { parameters: ';created', reason: 'created format' },
    'not a number': { parameters: ';created=NaN', reason: 'created format' },
    'ends before it begins': { parameters: `;created=${NOW};expires=${NOW - 1}`, reason: 'expired' },
    negative: { parameters: ';created=-1', reason: 'expired' },
    two: { parameters: `;created=1;created=${NOW}`, reason: 'signature-input format' },
    'expires as a string': { parameters: `;created=${NOW};expires="x"`, reason: 'expires format' },
  }
  for (const [name, { parameters, reason }] of Object.entries(CASES)) {
    test(name, async () => {
      const { authenticate } = setUp()
      const answer = await authenticate(signed({}, { parameters: `${parameters};keyid="key-ed25519"` }))
      assert.equal(answer.outcome === 'rejected' ? answer.error.reason : undefined, reason)
    })
  }

  test('a used signature is remembered for as long as it could pass', async () => {
    const store = claimedOnce()
    const { authenticate } = setUp({ replayStore: store })
    await principalIn(authenticate(signed({}, { parameters: `;created=${NOW};keyid="key-ed25519"` })))
    await principalIn(
      authenticate(signed({}, { parameters: `;created=${NOW};expires=${NOW + 5};keyid="key-ed25519"` })),
    )
    assert.deepEqual([...store.claims.values()], [NOW + 331, NOW + 36])
  })
})

suite('S-02: each counts once', () => {
  const withNonce = (nonce: string, message: MessageToSign = {}, algorithm: SignatureAlgorithm = 'ed25519') => {
    const parameters = `;created=${NOW};keyid="key-${algorithm}";nonce="${nonce}"`
    return signedView(signatureFields(message, signing(algorithm, { parameters })), message)
  }

  test('a nonce is used once by a key, and by another key again', async () => {
    const { authenticate } = setUp()
    await principalIn(authenticate(withNonce('n')))
    assert.equal((await errorIn(authenticate(withNonce('n', { target: '/other' })))).reason, 'replayed')
    await principalIn(authenticate(withNonce('n', {}, 'hmac-sha256')))
    await principalIn(authenticate(withNonce('m')))
  })

  test('a label, white space, base64 twins and the twin of an ECDSA signature make no other signature', async () => {
    const { authenticate } = setUp()
    const fields = signatureFields({}, signing('ecdsa-p256-sha256'))
    await principalIn(authenticate(signedView(fields)))
    const { 'signature-input': input = '', signature = '' } = fields
    const bytes = Buffer.from(signature.slice('sig1=:'.length, -1), 'base64')
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const twin = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
    const twinBytes = Buffer.concat([bytes.subarray(0, 32), Buffer.from(twin.toString(16).padStart(64, '0'), 'hex')])
    const spellings = [
      { 'signature-input': input.replace('sig1', 'b'), signature: signature.replace('sig1', 'b') },
      { 'signature-input': input.replace('(', '( ').replace(')', '  )'), signature },
      { 'signature-input': input, signature: signature.replace(/=*:$/, ':') },
      { 'signature-input': input, signature: `sig1=:${twinBytes.toString('base64')}:` },
    ]
    for (const spelling of spellings) {
      assert.equal((await errorIn(authenticate(signedView(spelling)))).reason, 'replayed', spelling.signature)
    }
  })

  test('only a good signature is remembered', async () => {
    const store = claimedOnce()
    const { authenticate } = setUp({ replayStore: store })
    const request = signedView(signatureFields({}, signing()), { target: '/orders/43' })
    await errorIn(authenticate(request))
    const body = withBody('a')
    await errorIn(
      authenticate(
        signedView(signatureFields(body, signing('ed25519', { components: WITH_DIGEST })), { ...body, body: 'b' }),
      ),
    )
    assert.equal(store.claims.size, 0)
  })

  test('a store that is down, or answers with neither yes nor no, lets nobody in', async () => {
    const store = claimedOnce()
    store.setDown(true)
    await assert.rejects(async () => setUp({ replayStore: store }).authenticate(signed()), /down/)
    const odd = { claim: () => untyped<boolean>(1) }
    await assert.rejects(async () => setUp({ replayStore: odd }).authenticate(signed()), DependencyError)
    const silent = { claim: () => new Promise<boolean>(() => {}) }
    await assert.rejects(
      async () => setUp({ replayStore: silent, deadlineMs: 5 }).authenticate(signed()),
      DependencyError,
    )
  })

  test('a nonce can be demanded, and must be of printable ASCII', async () => {
    const { authenticate } = setUp({ requireNonce: true })
    assert.equal((await errorIn(authenticate(signed()))).reason, 'incomplete signature')
    for (const nonce of ['', 'x'.repeat(257), 'a b']) {
      assert.equal((await errorIn(authenticate(withNonce(nonce)))).reason, 'nonce')
    }
    await principalIn(authenticate(withNonce('x'.repeat(256))))
  })

  test('of a hundred parallel twins one is let in', async () => {
    const { authenticate } = setUp()
    const answers = await Promise.all(Array.from({ length: 100 }, async () => authenticate(signed())))
    assert.equal(answers.filter(({ outcome }) => outcome === 'authenticated').length, 1)
  })
})
