import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { npmEnvironment } from '../support/npm-environment.ts'
import { packCopy } from '../support/packed-copy.ts'
import { repositoryFile, repositoryFiles } from '../support/repository-files.ts'
import { type CommandResult, REPOSITORY, runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const INSTALL_LIMIT_MS = 300_000
const MANIFEST: { readonly version: string; readonly devDependencies: Readonly<Record<string, string>> } = JSON.parse(
  repositoryFile('package.json').text,
)
const SPECIFIERS = [
  'gatewarden',
  'gatewarden/lib',
  ...repositoryFiles('lib/store', '.ts')
    .filter(({ path }) => /^lib\/store\/[^/]+$/.test(path))
    .map(({ path }) => path.replace(/^lib\/(.*)\.ts$/, 'gatewarden/$1')),
  ...['pino', 'prometheus', 'opentelemetry'].map((name) => `gatewarden/observe/${name}`),
]
/** What those import who ask for it. */
const PEERS = ['pino', 'prom-client', '@opentelemetry/api']
const COMPILERS = {
  'TypeScript 5.9': 'node_modules/typescript/bin/tsc',
  'TypeScript 7': join(REPOSITORY, 'node_modules/typescript/bin/tsc'),
}
const MODULES = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
]

/** What the package's users install besides: for the type checker, and for the adapters. */
function otherPackages(): readonly string[] {
  const ours = ['@types/express', '@types/node', ...PEERS].map((name) => `${name}@${MANIFEST.devDependencies[name]}`)
  return [...ours, 'typescript@~5.9.0']
}

describe('the packed package', () => {
  const folder = temporaryFolder()
  const project = join(folder, 'project')
  let tarball: string

  /** Runs Node.js in the project, without the conditions of this process. */
  function node(...args: readonly string[]): Promise<CommandResult> {
    return runCommand(process.execPath, args, { cwd: project, env: npmEnvironment() })
  }

  before(async () => {
    tarball = await packCopy(folder)
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }))
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
    const args = ['install', ...flags, tarball, ...otherPackages()]
    const { code, stderr } = await runCommand('npm', args, {
      cwd: project,
      env: npmEnvironment(),
      timeoutMs: INSTALL_LIMIT_MS,
    })
    assert.equal(code, 0, stderr)
  })

  test('holds the compiled code, its sources and the documents of its root, and nothing else', async () => {
    const { stdout } = await runCommand('tar', ['-tzf', tarball])
    const files = stdout.trim().split('\n')
    const allowed =
      /^package\/(?:dist\/(?:lib|middleware)\/.+\.(?:js|d\.ts)(?:\.map)?|(?:lib|middleware)\/.+\.ts|lib\/.+\.schema\.json|[^/]+)$/
    assert.deepEqual(
      files.filter((file) => !allowed.test(file)),
      [],
    )
    const atRoot = files.filter((file) => file.split('/').length === 2).map((file) => file.slice('package/'.length))
    assert.deepEqual(atRoot.sort(), ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
  })

  test('is compiled whole: each source has its code, declarations and maps', async () => {
    const { stdout } = await runCommand('tar', ['-tzf', tarball])
    const files = new Set(stdout.split('\n'))
    const compiled = [...repositoryFiles('lib', '.ts'), ...repositoryFiles('middleware', '.ts')].flatMap(({ path }) =>
      ['js', 'js.map', 'd.ts', 'd.ts.map'].map((ending) => `package/dist/${path.slice(0, -'ts'.length)}${ending}`),
    )
    assert.deepEqual(
      compiled.filter((file) => !files.has(file)),
      [],
    )
  })

  test('declares its types without those of Express or of what it wraps', () => {
    const installed = join(project, 'node_modules/gatewarden/dist')
    const leaks = [...repositoryFiles('lib', '.ts'), ...repositoryFiles('middleware', '.ts')].filter(({ path }) => {
      const declarations = readFileSync(join(installed, path.replace(/\.ts$/, '.d.ts')), 'utf8')
      return /(?:from|import\()\s*['"](?!\.|node:)/.test(declarations)
    })
    assert.deepEqual(
      leaks.map(({ path }) => path),
      [],
    )
  })

  for (const specifier of SPECIFIERS) {
    test(`${specifier} is imported and required, as the same module`, async () => {
      const script = `
        import { createRequire } from 'node:module'
        const imported = await import('${specifier}')
        const required = createRequire(process.cwd() + '/x.js')('${specifier}')
        console.log(Object.keys(imported).sort().join(), imported === required, import.meta.resolve('${specifier}'))`
      const { code, stdout, stderr } = await node(
        '--disable-warning=ExperimentalWarning',
        '--input-type=module',
        '-e',
        script,
      )
      assert.equal(stderr, '')
      assert.equal(code, 0)
      const [names = '', isSame, url = ''] = stdout.trimEnd().split(' ')
      const sources: object = await import(specifier)
      assert.equal(names, Object.keys(sources).sort().join())
      assert.equal(isSame, 'true')
      assert.match(url, /\/node_modules\/gatewarden\/dist\/.+\.js$/)
    })
  }

  test('is required by CommonJS', async () => {
    const { stdout, stderr } = await node(
      '--input-type=commonjs',
      '-e',
      `console.log(typeof require('gatewarden').boundary)`,
    )
    assert.deepEqual([stdout, stderr], ['function\n', ''])
  })

  test('loads without a warning, for SQLite is loaded only by those who ask for it', async () => {
    const { stderr } = await node('--input-type=module', '-e', `import 'gatewarden'`)
    assert.equal(stderr, '')
  })

  test('tells its version', async () => {
    const { stdout } = await node('-p', `require('gatewarden/package.json').version`)
    assert.equal(stdout.trim(), MANIFEST.version)
  })

  for (const [compiler, tsc] of Object.entries(COMPILERS)) {
    for (const { module, moduleResolution } of MODULES) {
      test(`${compiler} checks a user's program, with the resolution of ${moduleResolution}`, async () => {
        const options = { module, moduleResolution, types: ['node'], target: 'es2024', lib: ['es2024'] }
        const compilerOptions = { ...options, strict: true, exactOptionalPropertyTypes: true, noEmit: true }
        const name = `tsconfig.${compiler.replace(' ', '-')}.${moduleResolution}.json`
        const config = { compilerOptions: { ...compilerOptions, skipLibCheck: false }, files: ['consumer.ts'] }
        writeFileSync(join(project, name), JSON.stringify(config))
        copyFileSync(join(REPOSITORY, 'test/repository/consumer/consumer.ts'), join(project, 'consumer.ts'))
        const { code, stdout } = await node(tsc, '-p', name, '--pretty', 'false')
        assert.equal(stdout, '')
        assert.equal(code, 0)
      })
    }
  }
})
