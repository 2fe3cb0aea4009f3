import { TAG } from './der.ts'

/** An element of that tag with these contents in turn. X.690 §10.1. */
export function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents)
  return Buffer.concat([Uint8Array.from([tag, ...lengthOf(content)]), content])
}

function lengthOf({ length }: Uint8Array): readonly number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 + bytes.length, ...bytes]
}

/** @param hex the digits of a number that is not negative */
export function encodeInteger(hex: string): Uint8Array {
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return (bytes[0] ?? 0) < 0x80 ? encode(TAG.integer, bytes) : encode(TAG.integer, Buffer.from([0]), bytes)
}
