import type { SqlValue } from './api-key-row.ts'

/** What is used of a `Pool` of the `pg` package. A statement with a name is prepared once for each connection. */
export interface PostgresPool {
  query(statement: {
    readonly name?: string
    readonly text: string
    readonly values?: SqlValue[] | (SqlValue | readonly SqlValue[])[]
  }): Promise<{ readonly rows: readonly unknown[] }>
}
