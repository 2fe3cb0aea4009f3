/**
 * Many texts of one length in one piece of memory. Each is read as a new string, as it comes off the wire: a list of
 * strings, spread over the heap, would cost more to read than what is measured.
 */
export class TextList {
  readonly #encoding: 'hex' | 'latin1'
  readonly #bytes: Buffer
  readonly #width: number

  constructor(texts: readonly string[], encoding: 'hex' | 'latin1') {
    this.#encoding = encoding
    this.#bytes = Buffer.from(texts.join(''), encoding)
    this.#width = this.#bytes.length / texts.length
  }

  at(index: number): string {
    return this.#bytes.toString(this.#encoding, index * this.#width, (index + 1) * this.#width)
  }
}
