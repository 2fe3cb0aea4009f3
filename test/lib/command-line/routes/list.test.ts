import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLine } from '../../../support/command-line.ts'

const input = `
roleHierarchy: {admin: [editor]}
routes:
  - {path: /health, methods: [GET], public: true}
  - {path: /orders/:id, hosts: [api.example.com], roles: [editor], networks: [10.0.0.0/8]}
  - path: /reports
    anyOf: [{scopes: [read]}, {policy: opa}]
    not: {clients: [old]}
`

test('every rule is shown, with what it asks for in its order', async () => {
  const { stdout, code } = await commandLine({ input }).run('routes', 'list', '-')
  assert.equal(code, 0)
  assert.deepEqual(
    stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | ')),
    [
      'METHODS | HOSTS | PATH | ASKS FOR',
      'GET,HEAD | * | /health | public',
      '* | api.example.com | /orders/:id | networks 10.0.0.0/8; roles editor',
      '* | * | /reports | not (clients old); (scopes read) or (policy opa)',
      '',
    ],
  )
})

test('and for programs', async () => {
  const { stdout } = await commandLine({ input }).run('routes', 'list', '-', '--json')
  assert.deepEqual(JSON.parse(stdout).routes[1], {
    path: '/orders/:id',
    hosts: ['api.example.com'],
    asks: ['networks 10.0.0.0/8', 'roles editor'],
  })
})

test('a bad table is not shown', async () => {
  const { stdout, code } = await commandLine({ input: 'routes: []' }).run('routes', 'list', '-')
  assert.deepEqual([stdout, code], ['', 2])
})
