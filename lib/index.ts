/** The framework-free surface: values in, values out. Listed in the order of a request's way. */

export { createPipeline, type Outcome, type Passage, type Pipeline } from './pipeline.ts'
export type { Refusal } from './refusal.ts'
export type { Admitted, RehearsalWatch, Stages } from './stages.ts'
export type { BoundaryOptions } from './boundary-options.ts'

// explain

export type { DescribedRequest } from './explain/described-request.ts'
export type {
  ExplainedAnswer,
  ExplainedMatch,
  ExplainedPrincipal,
  ExplainedRule,
  ExplainedStage,
  ExplainedStages,
  Explanation,
  RemovedHeader,
  StageVerdict,
  UpstreamHeader,
} from './explain/explanation.ts'
export type { TracedRequirement, Verdict } from './authorize/trace.ts'
export type { NearRule, RulesInQuestion } from './authorize/rules-in-question.ts'
export type { PeekedWindow } from './limit/peeking-store.ts'

// The vocabulary

export { type AuthMethod, createPrincipal, isPrincipal, type Principal, type PrincipalFields } from './principal.ts'
export type { ClientCertificate, HeaderRecord, RawRequest, RequestView } from './request-view.ts'
export { AUTH_ERRORS, AuthError, type AuthErrorCode, type AuthErrorOptions, DependencyError } from './errors.ts'
export { type Challenge, createChallenge, formatChallenge, formatChallenges } from './challenge.ts'
export {
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  type SignatureKey,
  type SignatureKeys,
} from './signature-key.ts'
export { type Answer, answerError, PROBLEM_TYPE_PREFIX } from './problem.ts'
export {
  type Decider,
  type DecisionEvent,
  decisions,
  type Entrance,
  type SafePrincipal,
  type Stage,
} from './decision-event.ts'
export { type Delivery, type DeliveryOptions, deliverEvents } from './event-delivery.ts'
export type { Awaitable, Clock, Fetch, Schedule } from './effects.ts'
export type { NetworkPrefixes } from './network.ts'
export { dangerouslyAllowHttp } from './options.ts'
export type { ClaimPath, ClaimPaths, KeysOf } from './claim-path.ts'

// admit

export type { AdmissionOptions } from './request/admit.ts'
export type { Cors, CorsHeaders, CorsOptions } from './request/cors.ts'
export type { Preflight } from './preflight.ts'
export {
  type CanonicalPath,
  type PathCanonicalizer,
  type PathOptions,
  pathCanonicalizer,
} from './request/canonical-path.ts'

// authenticate

export {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticated,
  authenticatedAs,
  type CredentialSource,
  type IssuerNames,
  malformed,
  type Rehearsal,
  rejected,
  rejectedWith,
} from './authenticate/authenticator.ts'
export { rehearse, withoutClaims } from './authenticate/rehearsal.ts'
export { readCredential } from './authenticate/credential.ts'
export { type ApiKeyOptions, apiKeyAuthenticator } from './authenticate/api-key.ts'
export { type JwtOptions, jwtAuthenticator } from './authenticate/jwt.ts'
export { type AccessTokenOptions, accessTokenAuthenticator } from './authenticate/access-token.ts'
export type { TokenOptions } from './authenticate/access-token/options.ts'
export type { IssuerOptions } from './authenticate/jwt/issuer.ts'
export type { IssuerResolver } from './authenticate/jwt/resolved-issuers.ts'
export { type IntrospectionOptions, introspectionAuthenticator } from './authenticate/introspection.ts'
export type { ClientAuthentication } from './authenticate/introspection/client-authentication.ts'
export type { ServerOptions } from './authenticate/introspection/options.ts'
export { type DpopOptions, dpopVerifier } from './authenticate/dpop.ts'
export {
  dangerouslyRequireOnly,
  type FixedSignatureKey,
  type HttpSignatureOptions,
  httpSignatureAuthenticator,
} from './authenticate/http-signature.ts'
export type { NonceOptions } from './authenticate/dpop/nonces.ts'
export type { ProofOfPossession, ProofVerifier } from './authenticate/proof-of-possession.ts'
export { JWS_ALGORITHMS, type JwsAlgorithm } from './authenticate/jwt/algorithms.ts'
export type { ClaimMapping } from './authenticate/jwt/principal-of-claims.ts'
export type { KeySetTimes } from './authenticate/jwt/remote-key-set.ts'
export { type HmacHeaders, type HmacOptions, hmacAuthenticator } from './authenticate/hmac.ts'
export type { SharedKey, SharedKeys } from './shared-key.ts'
export type { SignedForm } from './signed-parts.ts'
export { type MtlsAuthenticator, type MtlsOptions, mtlsAuthenticator } from './authenticate/mtls.ts'
export type { AuthorityOptions } from './authenticate/mtls/authorities.ts'
export type { PemSource } from './authenticate/mtls/certificate-source.ts'
export type { MtlsClient, MtlsClientFinder, VerifiedCertificate } from './authenticate/mtls/clients.ts'
export type { OcspOptions, RevocationOptions } from './authenticate/mtls/revocation-options.ts'
export type { ForwardedOptions } from './authenticate/mtls/forwarded/forwarded-certificates.ts'
export type { MtlsIdentity } from './authenticate/mtls/identity.ts'
export { anyOf } from './authenticate/any-of.ts'
export { allOf, type SamePrincipal } from './authenticate/all-of.ts'
export { anonymous } from './authenticate/anonymous.ts'

export {
  type ProtectedResourceMetadata,
  type ProtectedResourceMetadataOptions,
  protectedResourceMetadata,
} from './protected-resource-metadata.ts'

// limit

export type { LimitOptions } from './limit/limiter.ts'
export type { LimitRule } from './limit/limit-rule.ts'
export type { LimitWindow } from './limit/limit-window.ts'
export type { LimitDimension } from './limit/partition.ts'
export { type LimitStoreEvent, limitStoreEvents } from './limit/store-event.ts'
export { type EditableTierTable, type Tier, type TierTable, tierTable } from './limit/tier-table.ts'

// authorize

export { ALLOW, type Decision, deny, type Policy, type PolicyHeaders } from './authorize/policy.ts'
export type { PolicyRoute } from './authorize/policy-route.ts'
export type { Requirement } from './authorize/requirement.ts'
export { scopePolicy } from './authorize/scopes.ts'
export { rolePolicy } from './authorize/roles.ts'
export {
  type DeniableFacts,
  type Facts,
  type RequirementOptions,
  type Requirements,
  requirementPolicy,
} from './authorize/requirements.ts'
export type { RoleHierarchy } from './authorize/requirements/role-hierarchy.ts'
export type { OpeningTimes, Times } from './authorize/requirements/times.ts'
export type { DayName } from './authorize/requirements/calendar.ts'
export type { CompiledRule, RouteRule } from './authorize/route-rule.ts'
export { type StepUp, type StepUpAlternative, type StepUpOptions, stepUpPolicy } from './authorize/step-up.ts'
export type { RouteSource, RouteTableDefinition } from './authorize/route-source.ts'
export {
  type RoutesEvent,
  type RoutesFile,
  type RoutesFileOptions,
  routesEvents,
  routesFromFile,
} from './authorize/routes-from-file.ts'
export type { RouteNames } from './authorize/document/names.ts'
export type { NamedPolicies } from './authorize/document/policies.ts'
export { opaPolicy } from './authorize/decision-points/opa.ts'
export type { OpaOptions, OpaPolicyOptions } from './authorize/decision-points/opa/options.ts'
export type { OpaInclude, OpaInput } from './authorize/decision-points/opa/input.ts'
export type { OpaCacheOptions } from './authorize/decision-points/opa/shared-decisions.ts'
export { type LoadedOpaPolicy, type OpaWasmOptions, opaWasmPolicy } from './authorize/decision-points/opa-wasm.ts'
export { authzenPolicy } from './authorize/decision-points/authzen.ts'
export type { EvaluationsSemantic } from './authorize/decision-points/authzen/answer.ts'
export type { DecisionPointCredentials } from './authorize/decision-points/credentials.ts'
export type { AuthzenEndpoints } from './authorize/decision-points/authzen/discovery.ts'
export type { AuthzenOptions } from './authorize/decision-points/authzen/options.ts'
export type {
  AuthzenAction,
  AuthzenContext,
  AuthzenEntity,
  AuthzenEvaluation,
  AuthzenMapping,
  AuthzenMappings,
  AuthzenQuestion,
} from './authorize/decision-points/authzen/question.ts'
export { type ShadowPolicy, shadowPolicy } from './authorize/decision-points/shadow.ts'
export type { ShadowOptions } from './authorize/decision-points/shadow/options.ts'
export {
  type ShadowCounts,
  type ShadowEvent,
  type ShadowVerdict,
  shadowDecisions,
} from './authorize/decision-points/shadow/shadow-event.ts'
export { createRouteTable, type RouteTable, type RouteTableOptions } from './authorize/route-table.ts'

// propagate

export { IDENTITY_HEADERS, type IdentityField, type IdentityOptions } from './propagate/identity-headers.ts'

// revoke

export { type RevocationInput, type RevocationRequest, revocationRequests } from './revoke/revocation-request.ts'
export type { RevocationEndpointOptions } from './revoke/token-revocation.ts'
export type { BackChannelLogoutOptions, LogoutIssuerOptions } from './revoke/logout/logout-receiver.ts'
export type { SecurityEventReceiverOptions } from './revoke/security-events/event-receiver.ts'
export type { TransmitterOptions } from './revoke/security-events/transmitter.ts'
export type { MappedSubject, MapSubject, SubjectIdentifier } from './revoke/security-events/subject.ts'
export type { SignerOptions } from './revoke/signed-token.ts'

// API keys

export {
  API_KEY_PATTERN,
  generateApiKey,
  hashApiKey,
  type ParsedApiKey,
  type Pepper,
  parseApiKey,
  type RandomBytes,
} from './api-key.ts'
export {
  type ApiKeys,
  type ApiKeysOptions,
  apiKeys,
  type IssuedApiKey,
  type KeyListing,
  type KeyPage,
  type KeyProblem,
  type RotatedApiKey,
} from './keys/api-keys.ts'
export type { ApiKeyFields } from './keys/key-fields.ts'
export { type ApiKeyEvent, keyEvents } from './keys/key-event.ts'
export { type KeyStatus, type KeyView, viewOfKey } from './keys/key-view.ts'
export { type KeyAdminRequest, keyAdminApi } from './keys/admin/key-admin-api.ts'
export { type UsageTracker, type UsageTrackerOptions, usageTracker } from './keys/usage-tracker.ts'
export { type GuessThrottle, type GuessThrottleOptions, guessThrottle } from './authenticate/api-key/guess-throttle.ts'

// Revocation of tokens

export type { Revocation, RevocationList } from './store/revocation-list.ts'
export type { RevocationPage, RevocationStore } from './store/revocation-store.ts'
export {
  type LocalRevocationList,
  type RevocationHealth,
  type RevocationListOptions,
  revocationList,
} from './store/local-revocation-list.ts'
export { type MemoryRevocationStoreOptions, memoryRevocationStore } from './store/memory-revocations.ts'
export { type AppliedRevocation, appliedRevocations } from './applied-revocation.ts'

// Webhooks

export { type WebhookSecretsOptions, standardWebhooks } from './webhooks/standard-webhooks.ts'
export { githubWebhooks } from './webhooks/github-webhooks.ts'
export { stripeWebhooks } from './webhooks/stripe-webhooks.ts'
export { slackWebhooks } from './webhooks/slack-webhooks.ts'
export type { VerifiedWebhook, WebhookFormat, WebhookMessage } from './webhooks/webhook-format.ts'
export type { WebhookOptions } from './webhooks/webhook-receiver.ts'
// Shared secrets

export {
  type IssuedSecret,
  type SecretVault,
  type SecretVaultOptions,
  type SharedKeyFields,
  secretVault,
} from './secrets/vault.ts'
export type { SealedSecret, SecretStore, SharedKeyQuery, SharedKeyRecord } from './store/secret-store.ts'
export { memorySecretStore } from './store/memory-secrets.ts'

// Stores

export {
  type ApiKeyChanges,
  type ApiKeyRecord,
  DuplicateKeyError,
  type KeyQuery,
  type KeyStore,
  type KeyUse,
} from './store/key-store.ts'
export type { CachedToken, TokenCache } from './store/token-cache.ts'
export { type CachedKeyStoreOptions, cachedKeyStore } from './store/cached-key-store.ts'
export type { ReleasableReplayStore, ReplayStore } from './store/replay-store.ts'
export type { RateLimitState, RateLimitStore, RateLimitTake } from './store/rate-limit-store.ts'
export {
  type MemoryRateLimitStoreOptions,
  type MemoryReplayStoreOptions,
  type MemoryTokenCacheOptions,
  memoryKeyStore,
  memoryRateLimitStore,
  memoryReplayStore,
  memoryTokenCache,
} from './store/memory.ts'
