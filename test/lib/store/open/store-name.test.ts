import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretsOf, storeName } from '../../../../lib/store/open/store-name.ts'

for (const [url, name] of [
  ['sqlite:/var/keys.db', 'sqlite:/var/keys.db'],
  ['postgres://user:sEcr3t@db.example:5432/keys?password=sEcr3t', 'postgres://db.example:5432/keys'],
  ['rediss://:sEcr3t@cache.example', 'rediss://cache.example'],
  ['postgres://u:sEcr/3t@x:y@z', 'postgres:…'],
  ['sEcr3t', 'store:…'],
] as const) {
  test(`${url} is shown as ${name}`, () => assert.equal(storeName(url), name))
}

test('what nobody may see, in every spelling that a message might have', () => {
  const secrets = secretsOf('postgres://u:p%40ss!w@db/x?sslmode=require&sslpassword=hidden')
  for (const secret of ['p%40ss!w', 'p@ss!w', 'hidden']) assert.ok(secrets.includes(secret), secret)
  assert.deepEqual(secretsOf('sqlite:keys.db'), [])
  assert.deepEqual(secretsOf('postgres://u:%zz@@'), ['postgres://u:%zz@@'])
})
