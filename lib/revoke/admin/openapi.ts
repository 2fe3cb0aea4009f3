const NAME = { type: 'string', minLength: 1, maxLength: 1024 }
const TIME = {
  anyOf: [
    { type: 'number', exclusiveMinimum: 0, description: 'Epoch seconds.' },
    { type: 'string', format: 'date-time' },
  ],
}

const FOR_ALL = {
  issuer: { ...NAME, description: 'Whose tokens are meant; those of every issuer when absent.' },
  expiresAt: { ...TIME, description: 'When the last token that it kills has expired.' },
  expiresInSeconds: { type: 'number', exclusiveMinimum: 0, description: 'The same, from now.' },
}

const kind = (description: string, required: readonly string[], properties: object) => ({
  type: 'object',
  description,
  additionalProperties: false,
  required,
  properties: { ...properties, ...FOR_ALL },
})

const NEW_REVOCATION = {
  oneOf: [
    kind('One token.', ['jti'], { jti: NAME }),
    kind('The tokens of one login.', ['sid'], { sid: NAME }),
    kind('The tokens of a client: all, or those issued before a time.', ['clientId'], { clientId: NAME, before: TIME }),
    kind('The tokens about a subject that were issued before a time; before now when absent.', ['sub'], {
      sub: NAME,
      before: TIME,
    }),
    kind('The tokens about a subject whose token_version is below this.', ['sub', 'minVersion'], {
      sub: NAME,
      minVersion: { type: 'integer', minimum: 1 },
    }),
  ],
}

const REVOCATION = {
  type: 'object',
  required: ['kind', 'expiresAt'],
  properties: {
    kind: { enum: ['token', 'session', 'client', 'subject', 'version'] },
    tokenId: NAME,
    sessionId: NAME,
    clientId: NAME,
    subject: NAME,
    issuedBefore: { type: 'number', description: 'Epoch seconds.' },
    minVersion: { type: 'integer' },
    issuer: NAME,
    expiresAt: { type: 'number', description: 'Epoch seconds.' },
  },
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})
const json = (schema: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } })

/** The administration of revocations, as OpenAPI 3.1. */
export const OPENAPI: object = {
  openapi: '3.1.0',
  info: { title: 'Revocations', version: '1', description: 'End tokens before they expire.' },
  paths: {
    '/': {
      post: {
        operationId: 'revoke',
        requestBody: { required: true, content: json('NewRevocation') },
        responses: {
          201: { description: 'It counts from now on. The same again changes nothing.', content: json('Revocation') },
          400: problem('The request is not valid.'),
          503: problem('It is not recorded; send it again.'),
        },
      },
    },
  },
  components: {
    schemas: {
      NewRevocation: NEW_REVOCATION,
      Revocation: REVOCATION,
      Problem: {
        type: 'object',
        required: ['type', 'title', 'status', 'code'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          code: { type: 'string' },
        },
      },
    },
  },
}
