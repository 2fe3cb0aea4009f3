import type { RequestView } from '../request-view.ts'

/** The route whose rule asks a policy. */
export interface PolicyRoute {
  /** The rule in words, as events have it: `GET /orders/:id`. */
  readonly rule: string
  /** The path as the rule has it: `/orders/:id`. */
  readonly path: string
  /** What a request's path has in the place of each `:name`: decoded, in the case in which it was sent. */
  parametersOf(request: Pick<RequestView, 'path'>): Readonly<Record<string, string>>
}

/** @param parameters where the path's `:name` segments are */
export function policyRoute(rule: string, path: string, parameters: ReadonlyMap<string, number>): PolicyRoute {
  return {
    rule,
    path,
    parametersOf(request) {
      const values: Record<string, string> = Object.create(null)
      for (const [name, place] of parameters) {
        const value = segmentAt(request.path, place)
        if (value !== undefined) values[name] = value
      }
      return values
    },
  }
}

/** Of the path as it goes on; its segments for matching are folded. */
export function segmentAt(path: RequestView['path'], place: number): string | undefined {
  const piece = path.split('/')[place + 1]
  return piece === undefined ? undefined : decodeURIComponent(piece)
}
