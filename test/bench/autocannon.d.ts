/** The part of autocannon that the benchmark uses; the package has no types. */
declare module 'autocannon' {
  interface Request {
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
  }
  interface Client {
    setRequests(requests: Request[]): void
  }
  interface Options {
    readonly url: string
    readonly connections: number
    /** Seconds. */
    readonly duration: number
    /** Milliseconds; a run ends with a sample. */
    readonly sampleInt: number
    readonly setupClient: (client: Client) => void
  }
  interface Result {
    readonly requests: { readonly total: number }
    readonly errors: number
    readonly timeouts: number
    readonly non2xx: number
  }
  interface Run {
    on(event: 'start', listener: () => void): void
  }
  function autocannon(options: Options, done: (error: Error | null, result: Result) => void): Run
  export = autocannon
}
