/** RFC 7468 §2 and §3: what it encloses is canonical base64. Text around the blocks, as openssl writes it, is not read. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\r\n]*)-----END \1-----/g
const BEGIN = /-----BEGIN /g

/**
 * The DER of every block of that label; `undefined` when one cannot be read, or there is one of another label.
 * Keys and parameters among certificates are a mistake that is better told than skipped.
 */
export function pemBlocks(text: string, label: string): readonly Uint8Array[] | undefined {
  const blocks: Uint8Array[] = []
  for (const [, found, body = ''] of text.matchAll(BLOCK)) {
    const base64 = body.replace(/[\r\n]/g, '')
    const der = Buffer.from(base64, 'base64')
    if (found !== label || der.length === 0 || der.toString('base64') !== base64) return undefined
    blocks.push(der)
  }
  return blocks.length === (text.match(BEGIN)?.length ?? 0) ? blocks : undefined
}
