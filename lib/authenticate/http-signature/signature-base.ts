import { type Addressed, ComponentReader } from './component-value.ts'
import type { PresentedSignature } from './presented-signature.ts'

/**
 * What was signed: a line for each component, and one that lists them (RFC 9421 §2.5). No value holds a line feed, and the
 * last line tells how many there are, so no two lists of components and values share a text.
 * @returns `undefined` when the request lacks a component
 */
export function signatureBase(
  { components, signatureParams }: Pick<PresentedSignature, 'components' | 'signatureParams'>,
  addressed: Addressed,
): string | undefined {
  const reader = new ComponentReader(addressed)
  let base = ''
  for (const component of components) {
    const value = reader.valueOf(component)
    if (value === undefined) return undefined
    base += `${component.identifier}: ${value}\n`
  }
  return `${base}"@signature-params": ${signatureParams}`
}
