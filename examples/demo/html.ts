const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A piece of markup that is safe to print as it is. */
export interface Html {
  readonly markup: string
}

type Interpolation = string | number | Html | readonly Html[]

/** A tagged template that escapes every value that isn't markup already. */
export function html(strings: TemplateStringsArray, ...values: readonly Interpolation[]): Html {
  return { markup: strings.reduce((markup, string, index) => markup + printed(values[index - 1]) + string) }
}

function printed(value: Interpolation | undefined): string {
  if (value === undefined) return ''
  if (typeof value !== 'object') return escapeHtml(String(value))
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('')
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
