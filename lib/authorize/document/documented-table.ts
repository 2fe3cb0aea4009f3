import type { RouteTableDefinition } from '../route-source.ts'
import { RuleError } from '../rule-error.ts'
import type { LocatedDocument, Place } from './located-document.ts'

/** A table as a document has it, and where its rules stand. */
export interface DocumentedTable extends RouteTableDefinition {
  /** An error that says file and line, for one that says of which rule it is. */
  located(error: unknown): unknown
}

/** @param placeOf where a rule stands, by its index */
export function documentedTable(
  definition: RouteTableDefinition,
  document: LocatedDocument,
  placeOf: (index: number) => Place,
): DocumentedTable {
  return {
    ...definition,
    located(error) {
      if (!(error instanceof TypeError)) return error
      const index = error instanceof RuleError ? definition.rules.indexOf(error.rule) : -1
      const place = index === -1 ? ['roleHierarchy'] : placeOf(index)
      return document.problem(place, error.message.replace(/^routes: /, ''))
    },
  }
}
