import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type CryptoKeyPair,
  calculatePKCECodeChallenge,
  discovery,
  getDPoPHandle,
  None,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { REDIRECT_URI, SIGN_IN_CLIENT_ID } from './authorization-server/clients.ts'
import { MFA } from './authorization-server/token-claims.ts'
import { CookieJar } from './cookie-jar.ts'
import { logInByBrowser } from './scripted-browser.ts'

const SCOPE = 'openid read:orders write:orders'

/** Authorization code + PKCE (RFC 6749 §4.1, RFC 7636) as an application runs it. Returns the user's access token. */
export async function signIn(options: {
  readonly issuer: string
  readonly audience: string
  readonly username: string
  /** Ask for a login with a second factor. */
  readonly mfa?: boolean
  /** Ask for a token that is bound to this key (RFC 9449). */
  readonly keyPair?: CryptoKeyPair
  /** The cookies of the browser, for who goes on with it. */
  readonly cookies?: CookieJar
}): Promise<string> {
  const { issuer, audience, username, mfa = false, keyPair, cookies = new CookieJar() } = options
  // The demo's issuer is plain http, which is safe on loopback and nowhere else.
  const client = await discovery(new URL(issuer), SIGN_IN_CLIENT_ID, undefined, None(), {
    execute: [allowInsecureRequests],
  })
  const codeVerifier = randomPKCECodeVerifier()
  const state = randomState()
  const authorizationUrl = buildAuthorizationUrl(client, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    resource: audience,
    state,
    ...(mfa && { acr_values: MFA }),
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  })
  const redirect = await logInByBrowser({ authorizationUrl, redirectUri: REDIRECT_URI, username, cookies })
  const tokens = await authorizationCodeGrant(
    client,
    redirect,
    { pkceCodeVerifier: codeVerifier, expectedState: state },
    undefined,
    keyPair && { DPoP: getDPoPHandle(client, keyPair) },
  )
  return tokens.access_token
}
