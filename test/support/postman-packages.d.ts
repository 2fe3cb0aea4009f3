declare module 'crypto-js' {
  const cryptoJs: object
  export = cryptoJs
}

declare module 'postman-collection' {
  class Request {
    constructor(definition: object)
    readonly method: string
    readonly url: { toString(): string }
    readonly headers: { map<T>(each: (header: { readonly key: string; readonly value: string }) => T): T[] }
  }
  class VariableScope {
    constructor(definition: { readonly values: readonly { readonly key: string; readonly value: string }[] })
    replaceIn(text: string): string
  }
  const collection: { readonly Request: typeof Request; readonly VariableScope: typeof VariableScope }
  export = collection
}
