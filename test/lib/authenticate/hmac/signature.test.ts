import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { isSignedBy, parseSignature } from '../../../../lib/authenticate/hmac/signature.ts'

const mac = createHmac('sha256', 'secret').update('text').digest()
const good = `hmac-sha256=${mac.toString('base64')}`

test('a signature is a form and the bytes of its MAC', () => {
  assert.deepEqual(parseSignature(good), { form: 'hmac-sha256', mac })
  assert.deepEqual(parseSignature(good.replace('=', '-v1=')), { form: 'hmac-sha256-v1', mac })
})

suite('another spelling is none, for it would be a twin', () => {
  const text = mac.toString('base64')
  // The last character but the padding has two bits to spare.
  const twin = `${text.slice(0, -2)}${String.fromCharCode(text.charCodeAt(text.length - 2) + 1)}=`
  for (const [name, field] of Object.entries({
    nothing: '',
    'no MAC': 'hmac-sha256=',
    'upper case': good.toUpperCase(),
    'a name in upper case': good.replace('hmac', 'HMAC'),
    base64url: `hmac-sha256=${mac.toString('base64url')}`,
    'no padding': good.slice(0, -1),
    'more padding': `${good}=`,
    'spare bits': `hmac-sha256=${twin}`,
    hex: `hmac-sha256=${mac.toString('hex')}`,
    'a byte less': `hmac-sha256=${mac.subarray(1).toString('base64')}`,
    'a byte more': `hmac-sha256=${Buffer.concat([mac, mac.subarray(0, 1)]).toString('base64')}`,
    'a space before': ` ${good}`,
    'a space within': good.replace('=', '= '),
    'a line feed': `${good}\n`,
    'two of them': `${good}, ${good}`,
    sha1: good.replace('sha256', 'sha1'),
    none: 'none=',
    'a form that is to come': good.replace('=', '-v2='),
    'another form inside': good.replace('=', '=hmac-sha256-v1='),
  })) {
    test(name, () => assert.equal(parseSignature(field), undefined))
  }
})

test('any of the secrets may have made it, and there must be one', () => {
  const [right, wrong] = ['secret', 'other'].map((secret) => createSecretKey(Buffer.from(secret)))
  assert.ok(right && wrong)
  assert.ok(isSignedBy([wrong, right], 'text', mac) && isSignedBy([right, wrong], 'text', mac))
  assert.ok(!isSignedBy([wrong], 'text', mac) && !isSignedBy([], 'text', mac) && !isSignedBy([right], 'texT', mac))
})
