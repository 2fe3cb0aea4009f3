import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type SecretVault, secretVault } from '../../lib/secrets/vault.ts'
import { type CommandLine, type CommandLineOptions, type CommandRun, commandLine, NOW } from './command-line.ts'

export const SEALING_KEY: string = randomBytes(32).toString('base64')

/** The command line with a key to seal with, and the vault that a gateway with the same key would have. */
export interface SecretsCommandLine extends CommandLine {
  readonly vault: SecretVault
  /** Runs `gatewarden secrets …`. */
  secretsCommand(...args: string[]): Promise<CommandRun>
  /** The same, with `--json`, to success. */
  json(...args: string[]): Promise<Record<string, unknown>>
  /** The secrets of a key that work now, as text. */
  secretsOf(keyId: unknown): Promise<readonly string[] | undefined>
}

export function secretsCommandLine(options: CommandLineOptions = {}): SecretsCommandLine {
  const env = { GATEWARDEN_STORE: 'sqlite:memory', GATEWARDEN_SEALING_KEYS: SEALING_KEY, ...options.env }
  const line = commandLine({ ...options, env })
  const vault = secretVault({ store: line.secrets, sealingKeys: [SEALING_KEY], now: () => NOW })
  const secretsCommand = (...args: string[]) => line.run('secrets', ...args)
  return {
    ...line,
    vault,
    secretsCommand,
    async json(...args) {
      const { code, stdout, stderr } = await secretsCommand(...args, '--json')
      assert.deepEqual([code, stderr], [0, ''])
      return JSON.parse(stdout)
    },
    async secretsOf(keyId) {
      const key = await vault.find(String(keyId))
      return key?.secrets.map((secret) => secret.export().toString())
    },
  }
}
