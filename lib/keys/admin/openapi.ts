const TIME = { type: 'number', description: 'Epoch seconds.' }
const LIST = { type: 'array', items: { type: 'string' }, uniqueItems: true }
const TEXT = { type: 'string', minLength: 1 }

const CHANGEABLE = {
  label: { type: 'string', maxLength: 200 },
  scopes: LIST,
  roles: LIST,
  tenantId: TEXT,
  tier: { ...TEXT, description: 'Names a rate limit.' },
  userId: { ...TEXT, description: 'The user for whom the key acts; without it, it stands for its owner.' },
  allowedNetworks: { ...LIST, description: 'Addresses and CIDR ranges; everywhere when absent.' },
  allowedRoutes: { ...LIST, description: 'Such as GET /orders/**; all when absent.' },
  expiresAt: TIME,
}

const NEW_KEY = {
  type: 'object',
  additionalProperties: false,
  required: ['owner', 'environment'],
  properties: { owner: TEXT, environment: { type: 'string', pattern: '^[a-z][a-z0-9]{0,31}$' }, ...CHANGEABLE },
}

const KEY = {
  type: 'object',
  required: ['id', 'owner', 'environment', 'scopes', 'roles', 'createdAt', 'status'],
  properties: {
    id: TEXT,
    ...NEW_KEY.properties,
    createdAt: TIME,
    revokedAt: TIME,
    lastUsedAt: { ...TIME, description: 'Epoch seconds, written at intervals.' },
    replacedBy: TEXT,
    graceUntil: TIME,
    status: { enum: ['active', 'replaced', 'revoked', 'expired'] },
  },
}

const ISSUED_KEY = {
  allOf: [
    { $ref: '#/components/schemas/Key' },
    {
      type: 'object',
      required: ['key'],
      properties: { key: { ...TEXT, description: 'The key. It is shown this once.' } },
    },
  ],
}

/** RFC 7396: `null` takes a value away. */
const CHANGES = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    Object.entries(CHANGEABLE).map(([name, schema]) => [name, { anyOf: [schema, { type: 'null' }] }]),
  ),
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})
const answer = (description: string, schema: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
})
const body = (schema: string) => ({
  required: true,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
})
const parameter = (name: string, schema: object) => ({ name, in: 'query', schema })

const INVALID = problem('The request is not valid.')
const NOT_FOUND = problem('There is no such key.')
const CONFLICT = problem('The key is revoked, expired or rotated already.')
const ID = { name: 'id', in: 'path', required: true, schema: TEXT }

/** The administration of keys, as OpenAPI 3.1. */
export const OPENAPI: object = {
  openapi: '3.1.0',
  info: { title: 'API keys', version: '1', description: 'Issue, list, change, rotate and revoke API keys.' },
  paths: {
    '/': {
      get: {
        operationId: 'listKeys',
        parameters: [
          parameter('owner', TEXT),
          parameter('cursor', TEXT),
          parameter('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
          parameter('active', { type: 'boolean', default: false }),
        ],
        responses: { 200: answer('A page of keys.', 'KeyPage'), 400: INVALID },
      },
      post: {
        operationId: 'createKey',
        requestBody: body('NewKey'),
        responses: { 201: answer('The key, this once.', 'IssuedKey'), 400: INVALID },
      },
    },
    '/{id}': {
      parameters: [ID],
      get: { operationId: 'getKey', responses: { 200: answer('The key.', 'Key'), 404: NOT_FOUND } },
      patch: {
        operationId: 'updateKey',
        requestBody: body('KeyChanges'),
        responses: { 200: answer('The key as it is now.', 'Key'), 400: INVALID, 404: NOT_FOUND },
      },
      delete: { operationId: 'revokeKey', responses: { 200: answer('The revoked key.', 'Key'), 404: NOT_FOUND } },
    },
    '/{id}/rotate': {
      parameters: [ID],
      post: {
        operationId: 'rotateKey',
        requestBody: { ...body('Rotation'), required: false },
        responses: { 201: answer('The new key, this once.', 'IssuedKey'), 400: INVALID, 404: NOT_FOUND, 409: CONFLICT },
      },
    },
  },
  components: {
    schemas: {
      Key: KEY,
      NewKey: NEW_KEY,
      IssuedKey: ISSUED_KEY,
      KeyChanges: CHANGES,
      KeyPage: {
        type: 'object',
        required: ['keys'],
        properties: {
          keys: { type: 'array', items: { $ref: '#/components/schemas/Key' } },
          next: { ...TEXT, description: 'The cursor of the next page; absent on the last.' },
        },
      },
      Rotation: {
        type: 'object',
        additionalProperties: false,
        properties: { graceSeconds: { type: 'number', minimum: 0, maximum: 31_536_000, default: 0 } },
      },
      Problem: {
        type: 'object',
        required: ['type', 'title', 'status', 'code'],
        properties: { type: TEXT, title: TEXT, status: { type: 'integer' }, detail: TEXT, code: TEXT },
      },
    },
  },
}
