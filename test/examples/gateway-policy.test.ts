import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, suite, test } from 'node:test'
import { type AttackedGateway, attackedGateway } from '../support/attacked-gateway.ts'
import { eventually } from '../support/eventually.ts'
import { unusedPort } from '../support/free-port.ts'
import { skipWithoutOpa, startOpa } from '../support/opa-server.ts'

const REGO = readFileSync('examples/gateway/policy/authz.rego', 'utf8')

async function statusFor(gateway: AttackedGateway, path: string, roles?: readonly string[]): Promise<number> {
  const headers: Record<string, string> = roles ? { authorization: `Bearer ${gateway.token({ roles })}` } : {}
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, { headers })
  await response.body?.cancel()
  return response.status
}

/** The same rules, wherever they are asked. */
async function assertDecides(gateway: AttackedGateway): Promise<void> {
  for (const [path, allowed, denied] of [
    ['/policy/admin', [['admin'], ['viewer', 'admin']], [[], ['editor'], ['user'], ['administrator']]],
    ['/policy/admin/deep/echo', [['admin']], [['viewer']]],
    ['/policy/ADMIN/', [['admin']], [['viewer']]],
    ['/policy/api/echo', [['user'], ['viewer'], ['editor'], ['admin']], [[], ['stranger']]],
    ['/policy/apis', [], [['admin'], ['user']]],
    ['/policy', [], [['admin']]],
    ['/policy/other', [], [['admin']]],
  ] as const) {
    for (const roles of allowed) assert.equal(await statusFor(gateway, path, roles), 200, `${path} of ${roles}`)
    for (const roles of denied) assert.equal(await statusFor(gateway, path, roles), 403, `${path} of ${roles}`)
    assert.equal(await statusFor(gateway, path), 401, path)
  }
}

suite('/policy/** is decided by a policy', () => {
  test('that is compiled, in this process', async () => {
    await assertDecides(await attackedGateway())
  })

  test('of a server', { skip: skipWithoutOpa }, async () => {
    const opa = await startOpa({ 'authz.rego': REGO })
    after(() => opa.remove())
    const gateway = await attackedGateway({ config: { opaUrl: opa.url } })
    await assertDecides(gateway)

    await opa.kill()
    assert.equal(await statusFor(gateway, '/policy/api', ['user']), 503)
    assert.equal(await statusFor(gateway, '/policy/admin', ['admin']), 503)
    assert.equal(await statusFor(gateway, '/policy/api'), 401)
    assert.equal(await statusFor(gateway, '/echo', ['user']), 200)
    await opa.start()
    await eventually(async () => assert.equal(await statusFor(gateway, '/policy/api', ['user']), 200))
  })

  test('of a server without that policy, which denies', { skip: skipWithoutOpa }, async () => {
    const opa = await startOpa({ 'other.rego': 'package other\n\nallow := true\n' })
    after(() => opa.remove())
    const gateway = await attackedGateway({ config: { opaUrl: opa.url } })
    assert.equal(await statusFor(gateway, '/policy/admin', ['admin']), 403)
  })

  test('of a server that is not there: 503, with a word when to come again', async () => {
    const gateway = await attackedGateway({ config: { opaUrl: `http://127.0.0.1:${await unusedPort()}` } })
    const headers = { authorization: `Bearer ${gateway.token({ roles: ['admin'] })}` }
    const response = await fetch(`http://127.0.0.1:${gateway.port}/policy/admin`, { headers })
    assert.equal(response.status, 503)
    assert.match(response.headers.get('retry-after') ?? '', /^\d+$/)
    assert.doesNotMatch(await response.text(), /opa|127\.0\.0\.1/i)
  })
})
