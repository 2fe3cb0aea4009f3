import express, { type Express, type RequestHandler } from 'express'

/** What every server answers: some 190 bytes. */
export const ORDER = {
  id: 'ord_20417',
  status: 'confirmed',
  customer: { id: 'cus_981', name: 'Example Ltd' },
  lines: [{ sku: 'A-100', quantity: 2, price: 49.5 }],
  total: 99,
  currency: 'EUR',
  placedAt: '2026-01-15T09:30:00Z',
} as const

export const ORDER_PATH = '/orders/ord_20417'
export const ORDER_SCOPE = 'read:orders'

/** The app that every middleware is put before. */
export function expressWith(...before: RequestHandler[]): Express {
  const app = express()
  for (const middleware of before) app.use(middleware)
  app.get('/orders/:id', (_request, response) => {
    response.json(ORDER)
  })
  return app
}
