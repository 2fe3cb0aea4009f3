import type { RequestListener } from 'node:http'
import { expressWith } from './order.ts'

export function start(): RequestListener {
  return expressWith()
}
