import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/** Changes with the form of what is sealed: what another version wrote does not verify. */
const LABEL = 'gatewarden token cache 1'
/** SHA-256 in base64url. */
const MAC_LENGTH = 43
/** A token of 8 KiB makes no more, its claims and what they come to. */
const MAX_LENGTH = 65_536

/**
 * Makes what is kept by others ours again: whoever can write where it is kept can neither make nor change it, nor put it
 * under another name. It hides nothing.
 */
export class TokenSeal {
  readonly #secret: KeyObject

  constructor(secret: KeyObject) {
    this.#secret = secret
  }

  /** A text with the MAC of itself and its name before it; `undefined` when it is too long to be kept. */
  seal(name: string, text: string): string | undefined {
    return text.length + MAC_LENGTH > MAX_LENGTH ? undefined : this.#mac(name, text) + text
  }

  /** The text that was sealed under that name; `undefined` when it was not. */
  open(name: string, sealed: string): string | undefined {
    if (sealed.length > MAX_LENGTH) return undefined
    const text = sealed.slice(MAC_LENGTH)
    const presented = Buffer.from(sealed.slice(0, MAC_LENGTH))
    const mac = Buffer.from(this.#mac(name, text))
    return presented.length === mac.length && timingSafeEqual(presented, mac) ? text : undefined
  }

  /** The length before the name leaves one way only to read the two apart. */
  #mac(name: string, text: string): string {
    return createHmac('sha256', this.#secret).update(`${LABEL}\n${name.length}\n${name}${text}`).digest('base64url')
  }
}
