import { bytesOf, type InnerList, type Item, isInnerList, readDictionary, serialized } from './structured-dictionary.ts'

/** What a signature covers one of: RFC 9421 §2. */
export interface Component {
  /** A field name in lower case, or a derived component such as `@method`. */
  readonly name: string
  readonly parameters: ReadonlyMap<string, unknown>
  /** As it is signed: `"@method"`, `"@query-param";name="page"`. */
  readonly identifier: string
}

export interface SignatureParameters {
  /** Epoch seconds. */
  readonly created?: number
  /** Epoch seconds. */
  readonly expires?: number
  readonly nonce?: string
  readonly alg?: string
  readonly keyid?: string
  readonly tag?: string
}

/** A signature as it came. Its label means nothing (RFC 9421 §7.2.5). */
export interface PresentedSignature {
  readonly components: readonly Component[]
  readonly parameters: SignatureParameters
  /** The last line of what was signed: components and parameters in their one spelling. */
  readonly signatureParams: string
  readonly signature: Uint8Array
}

const TYPES: Readonly<Record<keyof SignatureParameters, 'number' | 'string'>> = {
  created: 'number',
  expires: 'number',
  nonce: 'string',
  alg: 'string',
  keyid: 'string',
  tag: 'string',
}
const MAX_SIGNATURES = 8
const MAX_COMPONENTS = 64
const MAX_SIGNATURE_BYTES = 2_048

/**
 * Reads `Signature-Input` and `Signature` (RFC 9421 §4). Every input needs its signature, and every signature its input:
 * what is half a signature was changed on its way.
 * @returns a word for the log when they cannot be read
 */
export function readSignatures(inputField: string, signatureField: string): readonly PresentedSignature[] | string {
  const inputs = readDictionary(inputField)
  if (!inputs) return 'signature-input format'
  const signatures = readDictionary(signatureField)
  if (!signatures) return 'signature format'
  if (inputs.size !== signatures.size) return 'unpaired signature'
  if (inputs.size > MAX_SIGNATURES) return 'too many signatures'
  const presented: PresentedSignature[] = []
  for (const [label, input] of inputs) {
    const signature = signatures.get(label)
    if (!signature) return 'unpaired signature'
    const bytes = bytesOf(signature)
    if (!bytes || bytes.length === 0 || bytes.length > MAX_SIGNATURE_BYTES) return 'signature format'
    const read = isInnerList(input) ? readInput(input) : 'signature-input format'
    if (typeof read === 'string') return read
    presented.push({ ...read, signature: bytes })
  }
  return presented
}

function readInput(input: InnerList): Omit<PresentedSignature, 'signature'> | string {
  const [items, given] = input
  if (items.length > MAX_COMPONENTS) return 'too many components'
  const components: Component[] = []
  for (const item of items) {
    const component = readComponent(item)
    if (!component) return 'component format'
    if (components.some(({ identifier }) => identifier === component.identifier)) return 'component twice'
    components.push(component)
  }
  const parameters = readParameters(given)
  if (typeof parameters === 'string') return parameters
  return { components, parameters, signatureParams: serialized(input) }
}

function readComponent(item: Item): Component | undefined {
  const [name, parameters] = item
  return typeof name === 'string' ? { name, parameters, identifier: serialized(item) } : undefined
}

/** A parameter that we don't know may be what limits the signature: it is refused. */
function readParameters(given: ReadonlyMap<string, unknown>): SignatureParameters | string {
  for (const [name, value] of given) {
    if (!Object.hasOwn(TYPES, name)) return 'signature parameter'
    const type = TYPES[name as keyof SignatureParameters]
    const isRight = type === 'number' ? Number.isInteger(value) : typeof value === 'string'
    if (!isRight) return `${name} format`
  }
  return Object.fromEntries(given) as SignatureParameters
}
