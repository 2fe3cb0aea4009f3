import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { SIGNATURE_ALGORITHMS } from '../../../lib/signature-key.ts'
import { NOW } from '../../support/access-token.ts'
import { setUp, signed, signing } from '../../support/http-signatures.ts'
import { DEFAULT_COMPONENTS, type Signing, signatureFields, signedView } from '../../support/message-signature.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'

suite('S-06: forms', () => {
  const FORMS: Readonly<Record<string, (fields: Record<string, string>) => Record<string, string>>> = {
    'an empty signature': (fields) => ({ ...fields, signature: 'sig1=::' }),
    'a string': (fields) => ({ ...fields, signature: `sig1="${fields.signature}"` }),
    base64url: (fields) => ({ ...fields, signature: 'sig1=:-_-_:' }),
    'parameters on the signature': (fields) => ({ ...fields, signature: `${fields.signature};a` }),
    'another label': (fields) => ({ ...fields, signature: (fields.signature ?? '').replace('sig1', 'sig2') }),
    'a label twice': (fields) => ({ ...fields, signature: `sig1=:AA==:, ${fields.signature}` }),
    'an input twice': (fields) => ({ ...fields, 'signature-input': `sig1=();created=1, ${fields['signature-input']}` }),
    'a further input': (fields) => ({ ...fields, 'signature-input': `sig2=(), ${fields['signature-input']}` }),
    'a further signature': (fields) => ({ ...fields, signature: `sig2=:AA==:, ${fields.signature}` }),
    'no list': (fields) => ({ ...fields, 'signature-input': 'sig1="@method"' }),
    'a trailing comma': (fields) => ({ ...fields, 'signature-input': `${fields['signature-input']},` }),
    'an unknown parameter': (fields) => ({ ...fields, 'signature-input': `${fields['signature-input']};only="a"` }),
    nothing: () => ({ signature: '', 'signature-input': '' }),
  }
  for (const [name, change] of Object.entries(FORMS)) {
    test(`${name} is refused`, async () => {
      const { status } = await errorIn(setUp().authenticate(signedView(change(signatureFields({}, signing())))))
      assert.equal(status, 401)
    })
  }

  test('signatures of every length are refused alike', async () => {
    for (const algorithm of SIGNATURE_ALGORITHMS) {
      const { authenticate } = setUp()
      for (const length of [1, 31, 32, 33, 63, 64, 65, 255, 256, 257]) {
        const fields = signatureFields({}, signing(algorithm))
        const forged = { ...fields, signature: `sig1=:${Buffer.alloc(length, 1).toString('base64')}:` }
        const { reason, detail } = await errorIn(authenticate(signedView(forged)))
        assert.deepEqual([reason, detail], ['signature or key', 'The signature is not valid.'])
      }
    }
  })

  const COMPONENTS: Readonly<Record<string, string>> = {
    '"a";sf': 'component parameter sf',
    '"a";bs': 'component parameter bs',
    '"a";tr': 'component parameter tr',
    '"@method";req': 'component parameter req',
    '"a";other': 'component parameter',
    '"a";key': 'component parameter',
    '"@method";key="a"': 'component parameter',
    '"@query-param"': 'component parameter',
    '"@status"': 'derived component',
    '"@signature-params"': 'derived component',
    '"@constructor"': 'derived component',
    '"@METHOD"': 'derived component',
    '"Content-Type"': 'component name',
    '"a b"': 'component name',
    '"a\\"b"': 'component name',
    '""': 'component name',
    method: 'component format',
    '"@method"': 'component twice',
    '"__proto__"': 'missing component',
    '"constructor"': 'missing component',
    '"x-absent"': 'missing component',
  }
  for (const [component, reason] of Object.entries(COMPONENTS)) {
    test(`the component ${component} is refused by name`, async () => {
      const components = [...DEFAULT_COMPONENTS, component]
      assert.equal(
        (await errorIn(setUp().authenticate(signed({ headers: { a: 'b' } }, { components })))).reason,
        reason,
      )
    })
  }
})

suite('several signatures', () => {
  const tagged = (tag: string, label: string, changes: Partial<Signing> = {}) => {
    const parameters = `;created=${NOW};keyid="key-ed25519"${tag === '' ? '' : `;tag="${tag}"`}`
    return signatureFields({}, signing('ed25519', { parameters, label, ...changes }))
  }
  const together = (...all: readonly Record<string, string>[]) => {
    const join = (name: string) => all.map((fields) => fields[name]).join(', ')
    return signedView({ signature: join('signature'), 'signature-input': join('signature-input') })
  }

  test('the one with our tag counts, and no other', async () => {
    const { authenticate } = setUp({ tag: 'shop' })
    const other = tagged('proxy', 'a', { keyId: 'unknown', key: generateKeyPairSync('ed25519').privateKey })
    await principalIn(authenticate(together(other, tagged('shop', 'b'))))
    assert.equal((await authenticate(together(other))).outcome, 'absent')
    assert.equal((await authenticate(together(tagged('', 'a')))).outcome, 'absent')
  })

  test('without a tag of ours, those with a tag are made for others', async () => {
    const { authenticate } = setUp()
    assert.equal((await authenticate(together(tagged('shop', 'a')))).outcome, 'absent')
    await principalIn(authenticate(together(tagged('shop', 'a'), tagged('', 'b'))))
  })

  test('two that could be meant are none: good or bad, in any order', async () => {
    const { authenticate } = setUp()
    const bad = { ...tagged('', 'bad'), signature: 'bad=:AAAA:' }
    for (const pair of [
      [tagged('', 'a'), bad],
      [bad, tagged('', 'a')],
      [tagged('', 'a'), tagged('', 'b')],
    ]) {
      assert.equal((await errorIn(authenticate(together(...pair)))).reason, 'several signatures')
    }
  })

  test('a signature under another label than its input is another one', async () => {
    const { authenticate } = setUp({ tag: 'shop' })
    const [ours, theirs] = [tagged('shop', 'a'), tagged('proxy', 'b')]
    const swapped = {
      'signature-input': `${ours['signature-input']}, ${theirs['signature-input']}`,
      signature: `${ours.signature?.replace('a=', 'b=')}, ${theirs.signature?.replace('b=', 'a=')}`,
    }
    assert.equal((await errorIn(authenticate(signedView(swapped)))).reason, 'signature or key')
  })

  test('many are refused before any is verified', async () => {
    const all = Array.from({ length: 9 }, (_, index) => tagged(`t${index}`, `s${index}`))
    assert.equal((await errorIn(setUp().authenticate(together(...all)))).reason, 'too many signatures')
  })
})
