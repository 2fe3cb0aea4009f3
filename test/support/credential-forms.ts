/** What of a credential must be in no answer, no event and no log: as it is, encoded, and its beginning. */
export function credentialForms(credential: string): readonly string[] {
  const inner = Buffer.from(credential)
  return [
    credential,
    inner.toString('base64'),
    inner.toString('base64url'),
    inner.toString('hex'),
    credential.slice(0, 24),
  ]
}
