import assert from 'node:assert/strict'
import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { JWS_ALGORITHMS } from '../../../../lib/authenticate/jwt/algorithms.ts'
import { isSignatureRight } from '../../../../lib/authenticate/jwt/public-key-signature.ts'
import { atOnce } from '../../../support/outcomes.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

type Algorithm = (typeof JWS_ALGORITHMS)[number]

const SIGNED = 'header.payload'

function made(algorithm: Algorithm): { readonly key: KeyObject; readonly signature: Buffer } {
  const signer = createSigningKey(algorithm)
  const [, , signature = ''] = signer.signParts('header', 'payload').split('.')
  return { key: createPublicKey(signer.privateKey), signature: Buffer.from(signature, 'base64url') }
}

for (const algorithm of JWS_ALGORITHMS) {
  suite(algorithm, () => {
    const { key, signature } = made(algorithm)
    const isRight = (bytes: Buffer, signed = SIGNED, by = key) => isSignatureRight(signed, bytes, algorithm, by)

    test('is verified at once when it is the only one', async () => {
      await turn()
      assert.equal(atOnce(isRight(signature)), true)
      const second = isRight(signature)
      assert.ok(second instanceof Promise)
      await turn()
      const whileAnother = isRight(signature)
      assert.deepEqual([await second, await whileAnother], [true, true])
      await turn()
      assert.equal(atOnce(isRight(signature)), true)
    })

    test('is verified alike at once and on another thread', async () => {
      const half = signature.length / 2
      const cases: readonly (readonly [boolean, Buffer, string?, KeyObject?])[] = [
        [true, signature],
        [false, signature, 'header.another'],
        [false, signature, SIGNED, made(algorithm).key],
        [false, changed(signature, 0)],
        [false, changed(signature, signature.length - 1)],
        [false, signature.subarray(1)],
        [false, Buffer.concat([signature, Buffer.from([0])])],
        [false, Buffer.concat([Buffer.from([0]), signature])],
        [false, Buffer.concat([signature.subarray(0, half), Buffer.from([0]), signature.subarray(half)])],
        [false, Buffer.alloc(signature.length)],
        [false, Buffer.alloc(0)],
      ]
      for (const [expected, ...rest] of cases) {
        await turn()
        const both = [atOnce(isRight(...rest)), await isRight(...rest)]
        assert.deepEqual(both, [expected, expected], String(rest[1] ?? rest[0].toString('hex')))
      }
    })

    test('is not right by a key of another kind, whatever a library thinks of that', async () => {
      const others = [made('RS256').key, made('ES384').key, made('EdDSA').key]
      for (const other of others.filter(({ asymmetricKeyType }) => asymmetricKeyType !== key.asymmetricKeyType)) {
        await turn()
        const answers = await Promise.all([isRight(signature, SIGNED, other), isRight(signature, SIGNED, other)])
        assert.deepEqual(answers, [false, false])
      }
    })
  })
}

test('many at once are verified each for itself', async () => {
  const { key, signature } = made('ES256')
  const wrong = changed(signature, 40)
  const bytes = Array.from({ length: 200 }, (_, index) => (index % 3 === 0 ? signature : wrong))
  const answers = await Promise.all(bytes.map((each) => isSignatureRight(SIGNED, each, 'ES256', key)))
  assert.deepEqual(
    answers,
    bytes.map((each) => each === signature),
  )
})

test('the numbers of an ECDSA signature may begin with zeros, or with a bit that looks like a sign', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const wanted = new Set(['r zero', 'r high', 's zero', 's high'])
  for (let round = 0; wanted.size > 0; round++) {
    const signature = sign('sha256', Buffer.from(`${round}`), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const kinds = [`r ${kindOf(signature[0])}`, `s ${kindOf(signature[32])}`].filter((kind) => wanted.delete(kind))
    if (kinds.length > 0)
      assert.equal(await isSignatureRight(`${round}`, signature, 'ES256', publicKey), true, kinds[0])
  }
})

function kindOf(firstByte = 0): string {
  return firstByte === 0 ? 'zero' : firstByte >= 0x80 ? 'high' : 'usual'
}

test('an RSA signature goes with its zeros in front, and not without', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  for (const [algorithm, padding] of [
    ['RS256', constants.RSA_PKCS1_PADDING],
    ['PS256', constants.RSA_PKCS1_PSS_PADDING],
  ] as const) {
    for (let round = 0; ; round++) {
      const signature = sign('sha256', Buffer.from(`${round}`), { key: privateKey, padding, saltLength: 32 })
      if (signature[0] !== 0) continue
      assert.equal(await isSignatureRight(`${round}`, signature, algorithm, publicKey), true)
      assert.equal(await isSignatureRight(`${round}`, signature.subarray(1), algorithm, publicKey), false)
      break
    }
  }
})

test('a PSS salt is as long as the hash (RFC 7518 section 3.5)', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const padding = constants.RSA_PKCS1_PSS_PADDING
  for (const [saltLength, expected] of [
    [32, true],
    [20, false],
    [0, false],
  ] as const) {
    const signature = sign('sha256', Buffer.from(SIGNED), { key: privateKey, padding, saltLength })
    assert.equal(await isSignatureRight(SIGNED, signature, 'PS256', publicKey), expected)
  }
})

function changed(signature: Buffer, index: number): Buffer {
  const copy = Buffer.from(signature)
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}
