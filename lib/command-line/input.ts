import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { usageFailure } from './exit-code.ts'
import type { Io } from './io.ts'

/** A file, or standard input for `-`. That it cannot be opened is told by whoever reads it. */
export function inputNamed(name: string, io: Io): NodeJS.ReadableStream {
  return name === '-' ? io.input : createReadStream(name)
}

/**
 * The lines of a text, without the mark that some editors put before the first.
 * @throws CommandFailure when it cannot be read
 */
export async function* textLines(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  try {
    let isFirst = true
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      yield isFirst ? text.replace(/^\ufeff/, '') : text
      isFirst = false
    }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw usageFailure(`the file cannot be read (${code}); is its name right?`)
  }
}
