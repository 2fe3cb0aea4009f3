import { type SecretVault, secretVault } from '../../secrets/vault.ts'
import { storeName } from '../../store/open-key-store.ts'
import type { Arguments } from '../arguments.ts'
import { CommandFailure, EXIT, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { storeUrlGiven } from '../store-url.ts'

export interface OpenVault {
  readonly vault: SecretVault
  /** The store as it may be shown. */
  readonly storeName: string
}

/** Opens the store of secrets, lets a command work on it, and closes it, whatever happens. */
export async function withVault<T>(
  given: Arguments,
  io: Io,
  work: (open: OpenVault) => Promise<T>,
  options: { readonly create?: boolean } = {},
): Promise<T> {
  const url = storeUrlGiven(given, io)
  const sealingKeys = sealingKeysOf(io.env.GATEWARDEN_SEALING_KEYS)
  const opened = await io.openSecretStore(url, options)
  try {
    if (opened.isNew) io.note(`gatewarden: made ${storeName(url)}, which was not there before`)
    const vault = secretVault({ store: opened.store, sealingKeys, now: io.now })
    return await work({ vault, storeName: storeName(url) })
  } finally {
    await opened.close()
  }
}

/** @throws CommandFailure that says what is wrong, and shows no key */
function sealingKeysOf(text: string | undefined): readonly Buffer[] {
  const remedy = 'make one with: openssl rand -base64 32'
  if (text === undefined || text.trim() === '') {
    throw usageFailure(`GATEWARDEN_SEALING_KEYS is not set: the key that secrets are encrypted under; ${remedy}`)
  }
  return text.split(',').map((part, index) => {
    const bytes = Buffer.from(part.trim(), 'base64')
    if (bytes.length === 32) return bytes
    throw usageFailure(`GATEWARDEN_SEALING_KEYS: key ${index + 1} is no base64 of 32 bytes; ${remedy}`)
  })
}

export function noSuchSecret(): CommandFailure {
  return new CommandFailure(EXIT.notFound, 'there is no such key id in this store, or it is revoked')
}
