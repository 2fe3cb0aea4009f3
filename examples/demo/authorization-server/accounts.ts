/** A person who can sign in at the demo's authorization server, and what that person may ask of the API. */
export interface DemoAccount {
  readonly username: string
  readonly email: string
  readonly roles: readonly string[]
  readonly tenantId: string
  readonly scopes: readonly string[]
}

export const TENANT_ID = 'tenant_xyz'

const ACCOUNTS: readonly DemoAccount[] = [
  {
    username: 'alice',
    email: 'alice@example.test',
    roles: ['admin', 'editor'],
    tenantId: TENANT_ID,
    scopes: ['read:orders', 'write:orders'],
  },
  { username: 'bob', email: 'bob@example.test', roles: ['viewer'], tenantId: TENANT_ID, scopes: ['read:orders'] },
]

export const USERNAMES: readonly string[] = ACCOUNTS.map(({ username }) => username)

export function accountNamed(username: string | null | undefined): DemoAccount | undefined {
  return ACCOUNTS.find((account) => account.username === username)
}
