import type { Revocation, RevocationList } from '../../lib/store/revocation-list.ts'

/** A list that keeps what it is told, for as long as a test runs; and that a test can make fail. */
export interface MemoryRevocations extends RevocationList {
  /** What has been recorded since the last call. */
  take(): readonly Revocation[]
  setDown(down: boolean): void
}

export function memoryRevocations(): MemoryRevocations {
  const all: Revocation[] = []
  let taken = 0
  let isDown = false
  return {
    covers(principal) {
      const { issuer, claims, subject, credentialId } = principal
      return all.some((each) => {
        if (each.issuer !== undefined && each.issuer !== issuer) return false
        if (each.kind === 'token') return each.tokenId === credentialId
        if (each.kind === 'session') return each.sessionId === claims.sid
        return each.kind === 'subject' && each.subject === subject && Number(claims.iat) < each.issuedBefore
      })
    },
    async revoke(revocation) {
      if (isDown) throw new Error('the list is down')
      all.push(revocation)
    },
    take() {
      const fresh = all.slice(taken)
      taken = all.length
      return fresh
    },
    setDown(down) {
      isDown = down
    },
  }
}
