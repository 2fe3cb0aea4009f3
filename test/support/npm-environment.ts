/**
 * The environment for an npm that works in a folder of its own. The npm that runs the tests says in its environment
 * which folder it works in, and Node's test runner that a test is running.
 */
export function npmEnvironment(): NodeJS.ProcessEnv {
  const {
    npm_config_local_prefix: _prefix,
    npm_package_json: _package,
    INIT_CWD: _cwd,
    NODE_TEST_CONTEXT: _context,
    ...env
  } = process.env
  return env
}
