import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ask } from '../../../../lib/authenticate/introspection/ask.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { AUDIENCE, ISSUER, NOW } from '../../../support/access-token.ts'
import { fakeIntrospection } from '../../../support/fake-introspection.ts'
import { activeAnswer } from '../../../support/introspection-answer.ts'
import { INTROSPECTION_ENDPOINT, testSettings } from '../../../support/introspection-settings.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const signal = new AbortController().signal

function asking(answer: unknown, options: Readonly<Record<string, unknown>> = {}, token = 'opaque') {
  const server = fakeIntrospection({ [token]: answer })
  return { server, told: ask(token, testSettings(options, server), signal) }
}

suite('the call', () => {
  test('is a POST of a form, with the token in it and the client', async () => {
    const { server, told } = asking(activeAnswer())
    await told
    const [asked] = server.asked
    assert.equal(asked?.url, INTROSPECTION_ENDPOINT)
    assert.equal(asked?.headers.get('content-type'), 'application/x-www-form-urlencoded')
    assert.equal(asked?.headers.get('accept'), 'application/json')
    assert.equal(asked?.redirect, 'error')
    assert.deepEqual(Object.fromEntries(asked?.form ?? []), {
      ...{ token: 'opaque', token_type_hint: 'access_token', client_id: 'gateway', client_secret: 'hush' },
    })
  })

  test('carries a token that could be read as more of the form as one value', async () => {
    const token = 'a&client_id=admin&x=1+2 %26\r\nauthorization: Basic eA=='
    const { server, told } = asking(activeAnswer(), {}, token)
    await told
    assert.equal(server.asked[0]?.form.get('token'), token)
    assert.deepEqual(server.asked[0]?.form.getAll('client_id'), ['gateway'])
  })

  test('authenticates by header where that is the method', async () => {
    const client = { method: 'basic', clientId: 'gateway', clientSecret: 'hush' }
    const { server, told } = asking(activeAnswer(), { client })
    await told
    assert.equal(server.asked[0]?.headers.get('authorization'), `Basic ${btoa('gateway:hush')}`)
    assert.equal(server.asked[0]?.form.has('client_id'), false)
  })
})

suite('the answer', () => {
  test('is what the token holds, or that it is not active', async () => {
    assert.deepEqual(await asking(activeAnswer()).told, activeAnswer())
    assert.equal(await asking({ active: false }).told, 'inactive')
  })

  test('may be that the token is of a kind that the server cannot tell of', async () => {
    const problem = Response.json({ error: 'unsupported_token_type' }, { status: 400 })
    assert.equal(await asking(problem).told, 'unsupported')
  })

  const faults: Readonly<Record<string, () => Response>> = {
    'a 400 for another reason': () => Response.json({ error: 'invalid_request' }, { status: 400 }),
    'a 400 of a proxy': () => new Response('<h1>Bad request</h1>', { status: 400 }),
    'a 400 that says null': () => new Response('null', { status: 400 }),
    'a 400 that says it is active': () => Response.json(activeAnswer(), { status: 400 }),
    'a 401': () => Response.json({ error: 'invalid_client' }, { status: 401 }),
    'a 403': () => Response.json({ active: true }, { status: 403 }),
    'a 201': () => Response.json(activeAnswer(), { status: 201 }),
    'a 204': () => new Response(null, { status: 204 }),
    'an unsupported token in a 200': () => Response.json({ error: 'unsupported_token_type' }),
    'more than 64 KiB': () => Response.json(activeAnswer({ pad: 'x'.repeat(65_536) })),
    HTML: () => new Response('<!doctype html>'),
  }
  for (const [name, fault] of Object.entries(faults)) {
    test(`that is ${name} is none`, async () => {
      await assert.rejects(asking(fault()).told, { name: 'DependencyError', dependency: 'introspection' })
    })
  }

  test('says its status and how long to wait, when it is an error', async () => {
    const busy = () => new Response('busy', { status: 429, headers: { 'retry-after': '20' } })
    await assert.rejects(asking(busy()).told, { status: 429, retryAfterSeconds: 20 })
    await assert.rejects(asking(new Response('', { status: 400 })).told, { status: 400, retryAfterSeconds: undefined })
  })
})

suite('where signed answers are asked for', () => {
  const key = createSigningKey('ES256')
  const options = { signedAnswers: { algorithms: ['ES256'], keys: { keys: [key.jwk] } } }
  const sign = (answer: unknown) =>
    new Response(
      key.sign(
        { iss: ISSUER, aud: 'gateway', iat: NOW, token_introspection: answer },
        { typ: 'token-introspection+jwt' },
      ),
    )

  test('only they are accepted', async () => {
    const { server, told } = asking(sign(activeAnswer()), options)
    assert.partialDeepStrictEqual(await told, { active: true, aud: AUDIENCE })
    assert.equal(server.asked[0]?.headers.get('accept'), 'application/token-introspection+jwt')
    assert.equal(await asking(sign({ active: false }), options).told, 'inactive')
    await assert.rejects(asking(activeAnswer(), options).told, DependencyError)
    await assert.rejects(asking({ active: false }, options).told, DependencyError)
  })

  test('what is signed is read as strictly as any', async () => {
    for (const answer of [undefined, null, true, {}, { active: 'true' }, key.sign({ active: true })]) {
      await assert.rejects(asking(sign(answer), options).told, DependencyError)
    }
  })
})
