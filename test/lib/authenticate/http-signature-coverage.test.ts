import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { dangerouslyRequireOnly } from '../../../lib/authenticate/http-signature.ts'
import { setUp, signed, signing, withBody } from '../../support/http-signatures.ts'
import {
  DEFAULT_COMPONENTS,
  digestOf,
  type MessageToSign,
  ORIGIN,
  signatureFields,
  signedView,
  WITH_DIGEST,
} from '../../support/message-signature.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'

suite('S-03: coverage', () => {
  const MESSAGE: MessageToSign = {
    method: 'POST',
    target: '/orders?a=1&b=2',
    headers: { 'content-digest': digestOf('body'), 'content-type': 'text/plain' },
    body: 'body',
  }
  const COMPONENTS = [...WITH_DIGEST, '"content-type"']
  const ANOTHER: Readonly<Record<string, MessageToSign>> = {
    method: { method: 'PUT' },
    path: { target: '/orderz?a=1&b=2' },
    'query value': { target: '/orders?a=1&b=3' },
    'order of the query': { target: '/orders?b=2&a=1' },
    'query without its parameters': { target: '/orders' },
    'spelling of the path': { target: '/%6Frders?a=1&b=2' },
    'host of ours': { origin: 'https://second.example.test' },
    'host of others': { origin: 'https://evil.example.test' },
    port: { origin: 'https://api.example.test:8443' },
    body: { body: 'another' },
    'no body': { body: '' },
    'content type': { headers: { ...MESSAGE.headers, 'content-type': 'text/html' } },
    'no content type': { headers: { 'content-digest': digestOf('body') } },
    'digest and body': { body: 'another', headers: { ...MESSAGE.headers, 'content-digest': digestOf('another') } },
    'further digest': {
      headers: { ...MESSAGE.headers, 'content-digest': `${digestOf('body')}, ${digestOf('x', 'sha-512')}` },
    },
  }
  const settings = { origins: [ORIGIN, 'https://second.example.test'] }
  const fields = () => signatureFields(MESSAGE, signing('ed25519', { components: COMPONENTS }))

  test('the message as it was signed is good', async () => {
    await principalIn(setUp(settings).authenticate(signedView(fields(), MESSAGE)))
  })

  for (const [name, changes] of Object.entries(ANOTHER)) {
    test(`another ${name} is refused`, async () => {
      await errorIn(setUp(settings).authenticate(signedView(fields(), { ...MESSAGE, ...changes })))
    })
  }

  const PARTS = ['"@authority"', '"@path"', '"@query"']
  const COVERED: Readonly<Record<string, readonly [readonly string[], string | undefined]>> = {
    'the parts of the target': [['"@method"', ...PARTS], undefined],
    'authority and request target': [['"@method"', '"@authority"', '"@request-target"'], undefined],
    'no method': [['"@target-uri"'], 'not covered: @method'],
    'no target': [['"@method"'], 'not covered: @target-uri'],
    'no query': [['"@method"', '"@authority"', '"@path"'], 'not covered: @target-uri'],
    'no authority': [['"@method"', '"@path"', '"@query"'], 'not covered: @target-uri'],
    nothing: [[], 'not covered: @method'],
  }
  for (const [name, [components, reason]] of Object.entries(COVERED)) {
    test(`covers ${name}`, async () => {
      const answer = await setUp().authenticate(signed({}, { components }))
      assert.equal(answer.outcome === 'rejected' ? answer.error.reason : undefined, reason)
    })
  }

  test('a body needs its digest, covered', async () => {
    const { authenticate } = setUp()
    assert.equal((await errorIn(authenticate(signed(withBody('x'))))).reason, 'not covered: content-digest')
    const none = signed({ method: 'POST', body: 'x' }, { components: WITH_DIGEST })
    assert.equal((await errorIn(authenticate(none))).reason, 'missing component')
  })

  test('a body that was put in where none was signed is refused', async () => {
    const fields = signatureFields({ method: 'POST' }, signing())
    const request = signedView(fields, { method: 'POST', body: 'x', headers: { 'content-digest': digestOf('x') } })
    assert.equal((await errorIn(setUp().authenticate(request))).reason, 'not covered: content-digest')
  })

  test('an empty query and none are one for "@query": the target as a whole must be covered', async () => {
    const { authenticate } = setUp()
    const parts = ['"@method"', ...PARTS]
    const request = signed({ target: '/orders?' }, { components: parts })
    assert.equal((await errorIn(authenticate(request))).reason, 'not covered: an empty query')
    await principalIn(authenticate(signed({ target: '/orders?' })))
  })

  test('more can be demanded, and asked for in the challenge', async () => {
    const { authenticate, authenticator } = setUp({ requiredComponents: ['content-type'] })
    const headers = { 'content-type': 'text/plain' }
    assert.equal((await errorIn(authenticate(signed({ headers })))).reason, 'not covered: content-type')
    await principalIn(authenticate(signed({ headers }, { components: [...DEFAULT_COMPONENTS, '"content-type"'] })))
    assert.equal(
      authenticator.challenges[0]?.answerHeaders?.['accept-signature'],
      'sig=("@method" "@target-uri" "content-type" "content-digest");created',
    )
  })

  test('less is enough when the danger is named', async () => {
    const { authenticate } = setUp({ [dangerouslyRequireOnly]: ['@authority'] })
    await principalIn(authenticate(signed({ method: 'POST', body: 'x' }, { components: ['"@authority"'] })))
  })
})
