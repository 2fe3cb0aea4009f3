/** What the authenticators of a boundary can give, as far as it is known at boot. Rules are checked against it. */
export interface OfferedCredentials {
  /** What `principal.method` can be. */
  readonly methods: readonly string[]
  /** What `principal.issuer` can be; `undefined` when it is not known at boot. */
  readonly issuers: readonly string[] | undefined
  /** Whether one of them can ask an authorization server about a credential at any moment. */
  readonly canIntrospect: boolean
}
