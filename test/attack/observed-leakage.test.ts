import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import express from 'express'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { generateApiKey } from '../../lib/api-key.ts'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import { openTelemetryTracing } from '../../lib/observe/opentelemetry.ts'
import { pinoAudit } from '../../lib/observe/pino.ts'
import { prometheusMetrics } from '../../lib/observe/prometheus.ts'
import { memoryKeyStore } from '../../lib/store/memory.ts'
import { boundary } from '../../middleware/boundary.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { credentialForms } from '../support/credential-forms.ts'
import { echo } from '../support/echo.ts'
import { answeringAuthenticator } from '../support/fake-authenticator.ts'
import { type RawRequestParts, sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'

const gateway = await attackedGateway()
const unknownKey = generateApiKey('sk', 'live')
const good = gateway.token()
const expired = gateway.token({ exp: 1_000, iat: 900 })
const foreign = gateway.token({ aud: 'https://other.example.test' })
const CREDENTIALS = [gateway.apiKey, unknownKey, good, expired, foreign]

const lines: string[] = []
const registry = new Registry()
const exporter = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const observers = [
  pinoAudit({ logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) }),
  prometheusMetrics({ registry }),
  openTelemetryTracing({ tracerProvider }),
]
after(() => {
  for (const observer of observers) observer.stop()
})

/** All that the three have told since, as text. */
async function told(): Promise<string> {
  const spans = exporter
    .getFinishedSpans()
    .map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))
  assert.equal(spans.length, lines.length, 'a line and a span for each decision')
  const text = [...lines, await registry.metrics(), JSON.stringify(spans)].join('\n')
  lines.length = 0
  exporter.reset()
  return text
}

function corpusOf(credential: string): readonly RawRequestParts[] {
  const bearer = `Authorization: Bearer ${credential}`
  const key = `X-API-Key: ${credential}`
  return ['/echo', '/orders/1', '/admin', '/nothing'].flatMap((path) => [
    { target: path, headers: [bearer] },
    { target: path, headers: [key] },
    { target: path, headers: [bearer, key] },
    { target: path, headers: [bearer, bearer] },
    { target: path, headers: [`Authorization: Basic ${Buffer.from(credential).toString('base64')}`] },
    {
      target: path,
      headers: [`Cookie: session=${credential}`, `X-Request-ID: ${credential}`, `X-User-ID: ${credential}`],
    },
    { target: `${path}/${credential}`, headers: [key] },
    { target: `${path}/${credential}/../x`, headers: [key] },
    { target: `${path}?access_token=${credential}&x-api-key=${credential}`, headers: [] },
    { target: `${path}#${credential}`, headers: [key] },
    { target: path, headers: [bearer], body: credential },
    { target: path, headers: [`Host: ${credential}`, key] },
    { target: path, headers: [`Origin: https://${credential}`, `Forwarded: for=${credential}`, bearer] },
  ])
}

suite('logs, metrics and traces hold nothing of a credential', () => {
  for (const [index, credential] of CREDENTIALS.entries()) {
    test(`wherever it was put (${index})`, async () => {
      for (const parts of corpusOf(credential))
        assert.notEqual(statusOf(await sendRequestLines(gateway.port, parts)), 0)
      const text = await told()
      assert.match(text, /"outcome":"denied"/)
      assert.match(text, /gatewarden_decisions_total\{/)
      for (const form of credentialForms(credential)) assert.ok(!text.includes(form), `${form} is told: ${text}`)
    })
  }

  const failure = Object.assign(new Error(`cannot look up ${unknownKey}`), {
    code: unknownKey,
    config: { headers: { 'x-api-key': unknownKey } },
  })
  const keys = {
    ...memoryKeyStore([]),
    findByHash() {
      throw failure
    },
  }
  const failing = {
    'the key store': apiKeyAuthenticator({ keys, environments: ['live'] }),
    'an authenticator': answeringAuthenticator(() => {
      throw failure
    }),
  }
  for (const [name, authenticate] of Object.entries(failing)) {
    test(`when ${name} fails, and tells it`, async () => {
      const port = await serve(express().use(boundary({ authenticate }), echo))
      const answer = await sendRequestLines(port, { target: '/x', headers: [`X-API-Key: ${unknownKey}`] })
      assert.equal(statusOf(answer), 503)
      const text = await told()
      assert.match(text, /"msg":"request not decided"/)
      for (const form of credentialForms(unknownKey)) assert.ok(!text.includes(form), `${form} is told: ${text}`)
    })
  }
})
