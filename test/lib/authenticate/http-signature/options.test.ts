import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dangerouslyRequireOnly, httpSignatureSettings } from '../../../../lib/authenticate/http-signature/options.ts'
import { SIGNATURE_ALGORITHMS } from '../../../../lib/signature-key.ts'
import { memoryReplayStore } from '../../../../lib/store/memory.ts'
import { requestView } from '../../../support/request-view.ts'

const GOOD = { origins: ['https://a.test'], keys: { find: () => undefined }, replayStore: memoryReplayStore() }

test('the defaults are the strict ones', () => {
  const settings = httpSignatureSettings(GOOD)
  const { algorithms, coverage, tag, requireNonce, maxAgeSeconds, clockToleranceSeconds, deadlineMs, realm } = settings
  assert.deepEqual(
    { algorithms, coverage, tag, requireNonce, maxAgeSeconds, clockToleranceSeconds, deadlineMs, realm },
    {
      algorithms: SIGNATURE_ALGORITHMS,
      coverage: { required: ['@method', '@target-uri'], requiresDigest: true },
      tag: undefined,
      requireNonce: false,
      maxAgeSeconds: 300,
      clockToleranceSeconds: 30,
      deadlineMs: 2_000,
      realm: 'api',
    },
  )
  assert.equal(settings.maxBodyBytesOf(requestView()), 1_048_576)
  assert.deepEqual([...settings.nobodysKeys.keys()], [...SIGNATURE_ALGORITHMS])
})

test('components are added to those that are always required, unless the danger is named', () => {
  const coverage = (changes: object) => httpSignatureSettings({ ...GOOD, ...changes }).coverage
  assert.deepEqual(coverage({ requiredComponents: ['date', '@method'] }), {
    required: ['@method', '@target-uri', 'date'],
    requiresDigest: true,
  })
  assert.deepEqual(coverage({ [dangerouslyRequireOnly]: ['date'] }), { required: ['date'], requiresDigest: false })
})
