import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatName } from '../../../../lib/authenticate/mtls/distinguished-name.ts'
import { parseName } from '../../../../lib/authenticate/mtls/name-text.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const round = (text: string) => {
  const name = parseName(text)
  return name && formatName(name)
}

test('names have one spelling: RFC 4514 §4', () => {
  assert.equal(round('UID=jsmith,DC=example,DC=net'), 'UID=jsmith,DC=example,DC=net')
  assert.equal(round('OU=Sales+CN=J.  Smith,DC=example,DC=net'), 'CN=J.  Smith+OU=Sales,DC=example,DC=net')
  assert.equal(round('CN=James \\"Jim\\" Smith\\, III,dc=example'), 'CN=James \\"Jim\\" Smith\\, III,DC=example')
  assert.equal(round('CN=Before\\0dAfter,2.5.4.10=#0c0441636d65'), 'CN=Before\\0dAfter,O=Acme')
  assert.equal(round('1.3.6.1.4.1.1466.0=#04024869'), '1.3.6.1.4.1.1466.0=#04024869')
  assert.equal(round('CN=Lu\\C4\\8Di\\C4\\87'), 'CN=Lu\u010di\u0107')
  assert.equal(round('cn=a,Cn=b,oid=c'), undefined)
  assert.equal(round('cn=a,Cn=b,emailaddress=c@d'), 'CN=a,CN=b,emailAddress=c@d')
  assert.equal(round('CN=\\ x\\ ,O=\\#1'), 'CN=\\ x\\ ,O=\\#1')
  assert.equal(round('CN=,O=x'), 'CN=,O=x')
  assert.equal(round('CN=#020105,O=\\#020105'), 'CN=#020105,O=\\#020105')
})

test('what RFC 4514 does not write is no name', () => {
  for (const text of [
    ...['', 'CN', '=x', 'CN=x,', 'CN=x+', ',CN=x', 'CN=x;O=y', 'CN=x, O=y', ' CN=x', 'CN=x ', 'CN= x', '/O=Acme/CN=x'],
    ...[
      'CN="x"',
      'CN=#xyz',
      'CN=#',
      'CN=\\',
      'CN=\\z',
      'CN=a<b',
      'CN=a\0',
      'foo=x',
      '1.2.3=text',
      'CN=\\ff',
      '01.2=#0500',
    ],
  ]) {
    assert.equal(parseName(text), undefined, JSON.stringify(text))
  }
})

test('whatever the values hold, a name comes back as it was', () => {
  const random = seededRandom(4514)
  const characters = [...'abZ09 ,+"\\<>;=#\0\n\u00e9\u{1f600}/'] as [string, ...string[]]
  const text = () => Array.from({ length: random.integer(6) }, () => random.pick(characters)).join('')
  for (let run = 0; run < 2_000; run++) {
    const name = Array.from({ length: 1 + random.integer(3) }, () => [
      { type: random.pick(['CN', 'O', 'OU', 'DC']), value: text() },
    ])
    assert.deepEqual(parseName(formatName(name)), name, formatName(name))
  }
})
