import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { discoverEndpoints, metadataUrl } from '../../../../../lib/authorize/decision-points/authzen/discovery.ts'

const IDENTIFIER = 'https://pdp.example.test/tenants/a'
const good = { policy_decision_point: IDENTIFIER, access_evaluation_endpoint: 'https://api.pdp.example.test/evaluate' }

async function discover(document: unknown, identifier: string = IDENTIFIER, allowHttp: boolean = false) {
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return Response.json(document)
  }
  const signal = AbortSignal.timeout(30_000)
  const endpoints = await discoverEndpoints('pdp', identifier, allowHttp, { fetch, signal, maxBytes: 10_000 })
  return { endpoints, asked }
}

test('the well-known name goes between host and path', () => {
  assert.equal(metadataUrl('https://pdp.example.test'), 'https://pdp.example.test/.well-known/authzen-configuration')
  assert.equal(metadataUrl('https://pdp.example.test/'), 'https://pdp.example.test/.well-known/authzen-configuration')
  assert.equal(metadataUrl(IDENTIFIER), 'https://pdp.example.test/.well-known/authzen-configuration/tenants/a')
})

test('what is published is found; what is not understood is ignored', async () => {
  const { endpoints, asked } = await discover({ ...good, signed_metadata: 'a.b.c', capabilities: [] })
  assert.deepEqual(endpoints, { evaluation: good.access_evaluation_endpoint, evaluations: undefined })
  assert.deepEqual(asked, [metadataUrl(IDENTIFIER)])
})

suite('metadata that is not used', () => {
  const documents: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    'of another decision point': [{ ...good, policy_decision_point: 'https://evil.example.test' }, /another/],
    'with a slash more': [{ ...good, policy_decision_point: `${IDENTIFIER}/` }, /another/],
    'in another case': [{ ...good, policy_decision_point: IDENTIFIER.toUpperCase() }, /another/],
    'without an identifier': [{ ...good, policy_decision_point: undefined }, /another/],
    'with several identifiers': [{ ...good, policy_decision_point: [IDENTIFIER] }, /another/],
    null: [null, /another/],
    'a list': [[good], /another/],
    'without an endpoint': [{ ...good, access_evaluation_endpoint: undefined }, /no access_evaluation_endpoint/],
    'with an endpoint that is null': [{ ...good, access_evaluation_endpoint: null }, /no usable endpoint/],
    'with a relative endpoint': [{ ...good, access_evaluation_endpoint: '/evaluate' }, /no usable endpoint/],
    'with plain HTTP': [{ ...good, access_evaluation_endpoint: 'http://pdp.example.test/e' }, /no usable endpoint/],
    'with a file': [{ ...good, access_evaluation_endpoint: 'file:///etc/passwd' }, /no usable endpoint/],
    'with a password': [{ ...good, access_evaluation_endpoint: 'https://a:b@pdp.example.test/' }, /no usable endpoint/],
    'with this machine': [
      { ...good, access_evaluation_endpoint: 'http://127.0.0.1:8181/v1/data' },
      /no usable endpoint/,
    ],
    "with the cloud's own": [{ ...good, access_evaluation_endpoint: 'https://169.254.169.254/' }, /no usable endpoint/],
    'with a bad second endpoint': [
      { ...good, access_evaluations_endpoint: 'http://pdp.example.test' },
      /no usable endpoint/,
    ],
  }
  for (const [name, [document, problem]] of Object.entries(documents)) {
    test(name, async () => await assert.rejects(discover(document), problem))
  }
})

test('a decision point on this machine may be on this machine', async () => {
  const identifier = 'http://127.0.0.1:8181'
  const document = { policy_decision_point: identifier, access_evaluation_endpoint: `${identifier}/evaluate` }
  assert.equal((await discover(document, identifier)).endpoints.evaluation, `${identifier}/evaluate`)
})

test('plain HTTP to other machines is for those who ask for it', async () => {
  const document = { ...good, access_evaluation_endpoint: 'http://pdp.example.test/e' }
  assert.equal((await discover(document, IDENTIFIER, true)).endpoints.evaluation, 'http://pdp.example.test/e')
})
