export interface Order {
  readonly id: number
  readonly tenantId: string
  readonly item: string
  readonly quantity: number
  readonly placedBy: string
}

const FIRST_ORDERS: readonly Order[] = [
  { id: 1001, tenantId: 'tenant_xyz', item: 'Sealing wax, crimson', quantity: 12, placedBy: 'alice' },
  { id: 1002, tenantId: 'tenant_xyz', item: 'Ledger paper & blotters', quantity: 40, placedBy: 'bob' },
  { id: 1003, tenantId: 'tenant_other', item: 'Wrought-iron gate', quantity: 1, placedBy: 'zoe' },
]

/** The orders of every tenant, in memory; each look sees one tenant's only. */
export class OrderBook {
  readonly #orders: Order[] = [...FIRST_ORDERS]

  of(tenantId: string | undefined): readonly Order[] {
    return this.#orders.filter((order) => order.tenantId === tenantId)
  }

  find(tenantId: string | undefined, id: string): Order | undefined {
    return this.of(tenantId).find((order) => String(order.id) === id)
  }

  place(order: Omit<Order, 'id'>): Order {
    const placed = { ...order, id: 1 + Math.max(...this.#orders.map(({ id }) => id)) }
    this.#orders.push(placed)
    return placed
  }
}
