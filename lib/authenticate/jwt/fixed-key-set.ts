import { invalidOption } from '../../options.ts'
import { KeyIndex, type KeySet } from './key-set.ts'
import { importKeys } from './verification-keys.ts'

/** @throws TypeError when the JWK Set holds a key that cannot be used: a set given by hand has no business with one */
export function fixedKeySet(factory: string, jwks: unknown): KeySet {
  let imported: ReturnType<typeof importKeys>
  try {
    imported = importKeys(jwks)
  } catch {
    throw invalidOption(factory, '"keys" must be a JWK Set: { keys: [ … ] }')
  }
  if (imported.ignored[0] !== undefined) throw invalidOption(factory, `"keys": ${imported.ignored[0]}`)
  if (imported.keys.length === 0) throw invalidOption(factory, '"keys" must hold at least one public key')
  return new KeyIndex(imported.keys)
}
