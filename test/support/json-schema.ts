/** What of JSON Schema (draft 7) our schema uses. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly minItems?: number
  readonly uniqueItems?: boolean
  readonly minProperties?: number
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly anyOf?: readonly Schema[]
  readonly definitions?: Readonly<Record<string, Schema>>
}

/** Every keyword here is looked at; another one would be passed over, so it is refused. */
const KEYWORDS = [
  ...['$ref', 'type', 'const', 'enum', 'pattern', 'minLength', 'minimum', 'minItems', 'uniqueItems', 'minProperties'],
  ...[
    'required',
    'items',
    'properties',
    'additionalProperties',
    'anyOf',
    'definitions',
    '$schema',
    'title',
    'description',
  ],
]

/** Whether a value is what a schema describes. */
export function matchesSchema(value: unknown, root: unknown): boolean {
  return isMatch(value, root as Schema, root as Schema)
}

function isMatch(value: unknown, schema: Schema, root: Schema): boolean {
  const unknown = Object.keys(schema).find((keyword) => !KEYWORDS.includes(keyword))
  if (unknown !== undefined) throw new Error(`the keyword ${unknown} is not understood here`)
  const { $ref, anyOf } = schema
  if ($ref !== undefined) {
    const definition = root.definitions?.[$ref.replace('#/definitions/', '')]
    if (!definition) throw new Error(`${$ref} is not there`)
    return isMatch(value, definition, root)
  }
  if (anyOf && !anyOf.some((each) => isMatch(value, each, root))) return false
  if ('const' in schema && value !== schema.const) return false
  if (schema.enum && !schema.enum.includes(value)) return false
  if (schema.type !== undefined && !isOfType(value, schema.type)) return false
  if (typeof value === 'string') return isText(value, schema)
  if (typeof value === 'number') return value >= (schema.minimum ?? value)
  if (Array.isArray(value)) return isList(value, schema, root)
  return typeof value !== 'object' || value === null || isObject(value, schema, root)
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

function isText(value: string, { pattern, minLength = 0 }: Schema): boolean {
  return value.length >= minLength && (pattern === undefined || new RegExp(pattern).test(value))
}

function isList(value: readonly unknown[], { items, minItems = 0, uniqueItems }: Schema, root: Schema): boolean {
  if (value.length < minItems) return false
  if (uniqueItems && new Set(value.map((item) => JSON.stringify(item))).size !== value.length) return false
  return !items || value.every((item) => isMatch(item, items, root))
}

function isObject(value: object, schema: Schema, root: Schema): boolean {
  const { required = [], properties = {}, additionalProperties = true, minProperties = 0 } = schema
  const entries = Object.entries(value)
  if (entries.length < minProperties || required.some((name) => !Object.hasOwn(value, name))) return false
  return entries.every(([name, each]) => {
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    return typeof own === 'object' ? isMatch(each, own, root) : own !== false
  })
}
