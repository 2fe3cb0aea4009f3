import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constructed, DerError, readDer } from '../../../../lib/authenticate/mtls/der.ts'
import { readGeneralName, readGeneralNames } from '../../../../lib/authenticate/mtls/general-names.ts'

const element = (hex: string, tag?: number) => readDer(Buffer.from(hex, 'hex'), tag)

test('names by their kind; a comma separates nothing', () => {
  assert.deepEqual(readGeneralNames(element('300c 8201618601 6287047f000001'.replaceAll(' ', ''))), [
    { kind: 'dns', value: 'a' },
    { kind: 'uri', value: 'b' },
    { kind: 'other', value: '\x7f\0\0\x01' },
  ])
  assert.deepEqual(readGeneralNames(element('300a8208612c444e533a6278')), [{ kind: 'dns', value: 'a,DNS:bx' }])
  assert.deepEqual(readGeneralName(element('810161', 0x81)), { kind: 'email', value: 'a' })
  assert.deepEqual(readGeneralNames(element('a003820161', constructed(0)), constructed(0)), [
    { kind: 'dns', value: 'a' },
  ])
  assert.throws(() => readGeneralNames(element('a003820161', constructed(0))), DerError)
})
