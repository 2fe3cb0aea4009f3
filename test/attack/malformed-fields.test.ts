import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendBytes, statusesIn } from '../support/raw-tcp.ts'

const gateway = await attackedGateway()

const FIELDS: Readonly<Record<string, (name: string, value: string) => string>> = {
  'a space before the colon': (name, value) => `${name} : ${value}`,
  'a tab before the colon': (name, value) => `${name}\t: ${value}`,
  'a space before the name': (name, value) => ` ${name}: ${value}`,
  'a tab before the name': (name, value) => `\t${name}: ${value}`,
  'a folded value': (name, value) => `${name}:\r\n ${value}`,
  'a value folded with a tab': (name, value) => `${name}: x\r\n\t${value}`,
  'a fold that hides it': (name, value) => `X-Thing: 1\r\n ${name}: ${value}`,
  'a NUL in the name': (name, value) => `${name}\0: ${value}`,
  'a NUL in the value': (name, value) => `${name}: ${value}\0`,
  'a line that ends in LF before it': (name, value) => `X-Thing: 1\n${name}: ${value}`,
  'a line that ends in CR before it': (name, value) => `X-Thing: 1\r${name}: ${value}`,
  'an empty line that ends in CR before it': (name, value) => `\r${name}: ${value}`,
  'no colon': (name, value) => `${name} ${value}`,
  'a colon before it': (name, value) => `:${name}: ${value}`,
  'letters that are no ASCII in the name': (name, value) => `${name.replace('X', '\xd7')}: ${value}`,
  'a delete character in the value': (name, value) => `${name}: ${value}\x7f`,
}

/** A server that reads such a field otherwise than ours would see a name that we did not. */
suite('a managed header, written as no header is:', () => {
  for (const [how, write] of Object.entries(FIELDS)) {
    test(`${how}: it is refused, or goes nowhere`, async () => {
      const fields: readonly (readonly [string, string])[] = [
        ['X-User-ID', 'root'],
        ['X-User-Roles', 'admin'],
        ['X-Request-ID', 'root'],
      ]
      for (const [name, value] of fields) {
        for (const target of ['/public/welcome', '/echo']) {
          const key = `X-API-Key: ${gateway.apiKey}`
          const lines = [`GET ${target} HTTP/1.1`, 'Host: 127.0.0.1', key, write(name, value), 'Connection: close']
          const statuses = statusesIn(await sendBytes(gateway.port, `${lines.join('\r\n')}\r\n\r\n`))
          assert.equal(statuses.length, 1)
          const arrived = gateway.upstream.take()
          assert.equal(arrived.length, statuses[0] === 200 ? 1 : 0)
          for (const { rawHeaders } of arrived) assert.ok(!rawHeaders.some((text) => /root|admin/.test(text)), how)
        }
      }
    })
  }
})
