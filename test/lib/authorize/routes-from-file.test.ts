import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { ALLOW, deny } from '../../../lib/authorize/policy.ts'
import { type RoutesEvent, type RoutesFileOptions, routesFromFile } from '../../../lib/authorize/routes-from-file.ts'
import type { BoundaryOptions } from '../../../lib/boundary-options.ts'
import { createPipeline } from '../../../lib/pipeline.ts'
import { eventually } from '../../support/eventually.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { manualSchedule } from '../../support/manual-schedule.ts'
import { principal } from '../../support/outcomes.ts'
import { requestWith } from '../../support/raw-request.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
const events: RoutesEvent[] = []
const listen = (event: unknown) => void events.push(event as RoutesEvent)
subscribe('gatewarden:routes', listen)
after(() => void unsubscribe('gatewarden:routes', listen))

let files = 0
function opened(text: string, options: RoutesFileOptions = {}) {
  const file = join(folder, `routes-${files++}.yaml`)
  writeFileSync(file, text)
  const warnings: string[] = []
  const routes = routesFromFile(file, {
    reloadSeconds: false,
    warn: (message) => void warnings.push(message),
    ...options,
  })
  return { file, routes, warnings, write: (changed: string) => writeFileSync(file, changed) }
}

const authenticate = headerAuthenticator('x-api-key', { good: principal({ roles: ['editor'] }) })
const boundaryOf = (routes: NonNullable<BoundaryOptions['routes']>, options: Partial<BoundaryOptions> = {}) =>
  createPipeline({ authenticate, routes, ...options })
async function isAllowed(pipeline: ReturnType<typeof boundaryOf>, target: string): Promise<boolean> {
  return (await pipeline.decide({ ...requestWith(['X-API-Key', 'good']), target }, 'http')).allowed
}

const OPEN = 'routes: [{path: /a, authenticated: true}]'
const CLOSED = 'routes: [{path: /a, roles: [admin]}, {path: /b, roles: [viewer]}]\nroleHierarchy: {editor: [viewer]}'

test('a table from a file governs, and its policies are those given', async () => {
  const policies = { yes: { name: 'yes', decide: () => ALLOW }, no: { name: 'no', decide: async () => deny('no') } }
  const { routes } = opened('routes: [{path: /a, policy: yes}, {path: /b, policy: no}]', { policies })
  const pipeline = boundaryOf(routes)
  assert.ok(await isAllowed(pipeline, '/a'))
  assert.ok(!(await isAllowed(pipeline, '/b')))
})

test('networks and times that the program gives stand in for names, after a change as well', async () => {
  const { routes, write } = opened('networks: {here: [127.0.0.1]}\nroutes: [{path: /a, networks: [here]}]', {
    networks: { here: ['192.0.2.0/24'] },
    times: { always: { zone: 'UTC', hours: '00:00-24:00' } },
  })
  const pipeline = boundaryOf(routes)
  assert.ok(await isAllowed(pipeline, '/a'))
  write('networks: {here: [127.0.0.1]}\nroutes: [{path: /b, networks: [here], times: always}]')
  assert.ok(await routes.reload())
  assert.ok(await isAllowed(pipeline, '/b'))
})

suite('a file that changes', () => {
  test('governs from then on, in every boundary that uses it', async () => {
    const { routes, write, file } = opened(OPEN)
    const pipelines = [boundaryOf(routes), boundaryOf(routes)]
    write(CLOSED)
    for (const pipeline of pipelines) assert.ok(await isAllowed(pipeline, '/a'))
    assert.equal(await routes.reload(), true)
    for (const pipeline of pipelines) {
      assert.ok(!(await isAllowed(pipeline, '/a')))
      assert.ok(await isAllowed(pipeline, '/b'))
    }
    assert.deepEqual(events.at(-1), { file, outcome: 'loaded', problem: undefined, rules: 2 })
  })

  test('and is bad, changes nothing, and is told once', async () => {
    const { routes, warnings, write, file } = opened(CLOSED)
    const pipeline = boundaryOf(routes)
    for (const bad of [
      '',
      'routes: [',
      'routes: [{path: /a}]',
      'routes: [{path: /a, public: true}, {path: /a, public: true}]',
    ]) {
      write(bad)
      const before = warnings.length
      assert.equal(await routes.reload(), false)
      assert.equal(await routes.reload(), false)
      assert.equal(warnings.length, before + 1)
      assert.ok(warnings.at(-1)?.startsWith(file) && warnings.at(-1)?.endsWith('stay in force'), warnings.at(-1))
      assert.ok(!(await isAllowed(pipeline, '/a')))
      assert.ok(await isAllowed(pipeline, '/b'))
    }
    assert.deepEqual([events.at(-1)?.outcome, events.at(-1)?.rules], ['refused', 2])
  })

  test('and is bad for one boundary, changes none', async () => {
    const { routes, write } = opened(OPEN)
    const [one, other] = [boundaryOf(routes), boundaryOf(routes, { methods: ['GET'] })]
    write('routes: [{path: /b, methods: [POST], authenticated: true}]')
    assert.equal(await routes.reload(), false)
    for (const pipeline of [one, other]) assert.ok(await isAllowed(pipeline, '/a'))
  })

  test('and is gone, changes nothing; and governs when it is back', async () => {
    const { routes, warnings, write, file } = opened(OPEN)
    const pipeline = boundaryOf(routes)
    rmSync(file)
    assert.equal(await routes.reload(), false)
    assert.match(warnings.at(-1) ?? '', /ENOENT/)
    assert.ok(await isAllowed(pipeline, '/a'))
    write(CLOSED)
    assert.equal(await routes.reload(), true)
    assert.ok(!(await isAllowed(pipeline, '/a')))
  })

  test('and is mended to what it was, is in force as it was', async () => {
    const { routes, write } = opened(OPEN)
    write('routes: [')
    assert.equal(await routes.reload(), false)
    write(OPEN)
    assert.equal(await routes.reload(), true)
  })

  test('behind a link that is turned, as volumes of configuration are', async () => {
    const { file } = opened(OPEN)
    const { file: next } = opened(CLOSED)
    const link = join(folder, 'link.yaml')
    symlinkSync(file, link)
    const routes = routesFromFile(link, { reloadSeconds: false })
    const pipeline = boundaryOf(routes)
    symlinkSync(next, `${link}.new`)
    renameSync(`${link}.new`, link)
    assert.equal(await routes.reload(), true)
    assert.ok(!(await isAllowed(pipeline, '/a')))
  })
})

suite('the file is looked at', () => {
  test('every five seconds, until it is closed', async () => {
    const { schedule, delays, run } = manualSchedule()
    const { routes, write } = opened(OPEN, { schedule, reloadSeconds: 5 })
    const pipeline = boundaryOf(routes)
    for (const [text, allowed] of [
      [CLOSED, false],
      ['routes: [', false],
      [OPEN, true],
    ] as const) {
      await eventually(() => assert.deepEqual(delays(), [5_000]))
      write(text)
      run()
      await eventually(() => assert.deepEqual(delays(), [200]))
      run()
      await eventually(() => assert.deepEqual(delays(), [5_000]))
      assert.equal(await isAllowed(pipeline, '/a'), allowed)
    }
    assert.ok(await isAllowed(pipeline, '/a'))
    routes.close()
    assert.deepEqual(delays(), [])
  })

  test('and is not taken while it is written: its first lines may be a table that lets more through', async () => {
    const whole = 'routes:\n  - {path: /**, authenticated: true}\n  - {path: /a, roles: [admin]}\n'
    const { schedule, delays, run } = manualSchedule()
    const { routes, warnings, write } = opened(whole.replace('admin', 'owner'), { schedule, reloadSeconds: 5 })
    const pipeline = boundaryOf(routes)
    const look = async () => {
      run()
      await eventually(() => assert.equal(delays().length, 1))
    }
    for (const part of ['', whole.slice(0, whole.indexOf('  - {path: /a,')), whole]) {
      write(part)
      await look()
      assert.ok(!(await isAllowed(pipeline, '/a')))
      assert.ok(await isAllowed(pipeline, '/other'))
    }
    await look()
    assert.deepEqual(warnings, [])
    assert.equal(events.at(-1)?.outcome, 'loaded')
  })

  test('also after a warning that nobody could take', async () => {
    const { schedule, delays, run } = manualSchedule()
    const warn = () => {
      throw new Error('the log is full')
    }
    const { routes, write } = opened(CLOSED, { schedule, warn, reloadSeconds: 5 })
    write('routes: [')
    assert.equal(await routes.reload(), false)
    for (const delayMs of [200, 5_000]) {
      run()
      await eventually(() => assert.deepEqual(delays(), [delayMs]))
    }
  })
})

suite('refused at boot', () => {
  test('a file that is not there, or is bad', () => {
    assertRefusedOption(() => routesFromFile(join(folder, 'none.yaml')), 'none.yaml', 'ENOENT')
    assertRefusedOption(() => opened('routes: {}'), '.yaml:1:', '"routes"')
  })
  test('what shows only when it is compiled, with its line', () => {
    const { routes, file } = opened('routes:\n  - {path: /a, public: true}\n  - {path: /a, roles: [b]}\n')
    assertRefusedOption(() => boundaryOf(routes), `${file}:3:`, 'govern the same requests')
  })
  test('options', () => {
    for (const [options, word] of [
      [{ reloadSecs: 1 }, '"reloadSecs"'],
      [{ reloadSeconds: 0 }, '"reloadSeconds"'],
      // As milliseconds, more than a timer can wait: it would be over at once, again and again.
      [{ reloadSeconds: 2_147_484 }, '"reloadSeconds"'],
      [{ policies: { opa: {} } }, '"policies.opa"'],
      [{ networks: { here: ['10.0.0.0/33'] } }, 'networks.here'],
      [{ warn: 1 }, '"warn"'],
      [{ schedule: 1 }, '"schedule"'],
    ] as const) {
      assertRefusedOption(() => opened(OPEN, untyped(options)), 'routesFromFile', word)
    }
    assertRefusedOption(() => routesFromFile(''), '"file"')
  })
})
