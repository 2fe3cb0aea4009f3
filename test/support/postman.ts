import { readFile } from 'node:fs/promises'
import vm from 'node:vm'
import CryptoJS from 'crypto-js'
import collection from 'postman-collection'
import { REPOSITORY } from './run-command.ts'

export interface PostmanRequest {
  readonly method: string
  readonly url: string
  readonly body?: { readonly mode: 'raw'; readonly raw: string }
}

/** Runs a pre-request script on Postman's own objects, and sends what has come of the request. */
export async function runPostmanScript(
  script: string,
  definition: PostmanRequest,
  values: Readonly<Record<string, string>>,
): Promise<Response> {
  const request = new collection.Request({ ...definition })
  const scope = new collection.VariableScope({ values: Object.entries(values).map(([key, value]) => ({ key, value })) })
  const code = await readFile(REPOSITORY + script, 'utf8')
  vm.runInNewContext(code, { pm: { request, environment: scope, variables: scope }, CryptoJS })
  const headers = Object.fromEntries(request.headers.map(({ key, value }) => [key, value]))
  const body = definition.body ? { body: scope.replaceIn(definition.body.raw) } : {}
  return fetch(scope.replaceIn(request.url.toString()), { method: request.method, headers, ...body })
}
