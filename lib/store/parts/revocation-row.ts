import { parsedRevocation } from '../../checked-revocation.ts'
import type { RevocationPage } from '../revocation-store.ts'
import { cursorText } from './revocation-cursor.ts'

/** An entry as the SQL stores keep it. */
export interface RevocationRow {
  readonly position: number
  readonly id: string
  /** JSON text. */
  readonly revocation: string
}

/**
 * A page of rows.
 * @param rows one more than the page holds, when there are more
 * @param otherwise the cursor when there are none
 * @throws DependencyError when a row holds no revocation
 */
export function pageOfRows(rows: readonly RevocationRow[], limit: number, otherwise: string): RevocationPage {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    revocations: page.map(({ revocation }) => parsedRevocation(revocation)),
    cursor: last ? cursorText(last) : otherwise,
    isLast: rows.length <= limit,
  }
}
