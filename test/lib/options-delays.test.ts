import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import { dpopVerifier } from '../../lib/authenticate/dpop.ts'
import { httpSignatureSettings } from '../../lib/authenticate/http-signature/options.ts'
import { introspectionAuthenticator } from '../../lib/authenticate/introspection.ts'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { MAX_DELAY_MS } from '../../lib/effects.ts'
import { usageTracker } from '../../lib/keys/usage-tracker.ts'
import { checkedLimitOptions } from '../../lib/limit/limit-options.ts'
import { assertDelayMs } from '../../lib/options.ts'
import { createStages } from '../../lib/stages.ts'
import { cachedKeyStore } from '../../lib/store/cached-key-store.ts'
import { revocationList } from '../../lib/store/local-revocation-list.ts'
import { memoryKeyStore, memoryReplayStore } from '../../lib/store/memory.ts'
import { memoryRevocationStore } from '../../lib/store/memory-revocations.ts'
import { redisTokenCache } from '../../lib/store/redis-token-cache.ts'
import { standardWebhooks } from '../../lib/webhooks/standard-webhooks.ts'
import { webhookReceiver } from '../../lib/webhooks/webhook-receiver.ts'
import { AUDIENCE, ISSUER } from '../support/access-token.ts'
import { serverOptions } from '../support/introspection-settings.ts'
import { assertRefusedOption } from '../support/refused-option.ts'

const keys = memoryKeyStore()
const replayStore = memoryReplayStore()
const command = async () => null

/** A timer that cannot wait so long is over at once: a deadline would end all requests, and a poll would never rest. */
suite('a time that no timer can wait for is refused at boot', () => {
  const factories: Readonly<Record<string, (ms: number) => unknown>> = {
    apiKeyAuthenticator: (deadlineMs) => apiKeyAuthenticator({ keys, environments: ['live'], deadlineMs }),
    dpopVerifier: (deadlineMs) => dpopVerifier({ origins: ['https://api.example.test'], deadlineMs }),
    introspectionAuthenticator: (deadlineMs) => introspectionAuthenticator(serverOptions({ deadlineMs })),
    'jwtAuthenticator.keySet': (deadlineMs) =>
      jwtAuthenticator({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keySet: { deadlineMs } }),
    httpSignatureAuthenticator: (deadlineMs) =>
      httpSignatureSettings({
        origins: ['https://api.example.test'],
        ...{ keys: { find: () => undefined }, replayStore },
        deadlineMs,
      }),
    limits: (deadlineMs) =>
      checkedLimitOptions(
        { rules: [{ name: 'all', by: 'user', windows: [{ quota: 1, windowSeconds: 1 }] }], deadlineMs },
        [],
      ),
    webhookVerifier: (deadlineMs) =>
      webhookReceiver({
        source: 'shop',
        format: standardWebhooks({ secrets: [`whsec_${'A'.repeat(43)}=`] }),
        replayStore,
        deadlineMs,
      }),
    boundary: (deadlineMs) =>
      createStages({ authenticate: apiKeyAuthenticator({ keys, environments: ['live'] }), deadlineMs }),
    cachedKeyStore: (deadlineMs) => cachedKeyStore({ store: keys, deadlineMs }),
    redisTokenCache: (deadlineMs) => redisTokenCache({ command, secret: 'a'.repeat(32), deadlineMs }),
    'revocationList (deadline)': (deadlineMs) => revocationList({ store: memoryRevocationStore(), deadlineMs }),
    'revocationList (polling)': (pollIntervalMs) =>
      revocationList({ store: memoryRevocationStore(), maxStaleSeconds: 10_000_000, pollIntervalMs }),
    usageTracker: (ms) => usageTracker({ store: keys, flushSeconds: ms / 1_000 }),
  }
  for (const [name, factory] of Object.entries(factories)) {
    test(name, () => {
      assert.doesNotThrow(() => factory(100))
      assertRefusedOption(() => factory(MAX_DELAY_MS + 1), name.split(/[ .]/)[0] ?? '', 'must be at most')
    })
  }
})

test('a delay is a number that a timer knows', () => {
  for (const good of [1, 0.5, MAX_DELAY_MS]) assert.doesNotThrow(() => assertDelayMs('f', 'n', good))
  for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, MAX_DELAY_MS + 1, '5', null]) {
    assertRefusedOption(() => assertDelayMs('f', 'n', bad), 'f: "n"')
  }
})
