import { invalidOption } from '../../options.ts'
import { isPrincipalText } from '../../principal.ts'

/**
 * What no principal can have would be met by nobody, and under `not` keep out nobody.
 * @throws TypeError for it
 */
export function assertTexts(name: string, texts: readonly string[]): void {
  const unusable = texts.find((text) => !isPrincipalText(text))
  if (unusable === undefined) return
  throw invalidOption(
    'routes',
    `"${name}" holds ${JSON.stringify(unusable)}, which nobody can have; write printable ASCII without white space around it`,
  )
}
