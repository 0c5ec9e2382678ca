/** Reads a text line by line, so that no list of all its lines is made. Lines end in `\n` or `\r\n`. */
export class TextLines {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next line without its end; `null` after the last. */
  next(): string | null {
    if (this.#at >= this.#text.length) return null;
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#text.length : end + 1;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  /** The next line that is not empty; `null` after the last. */
  nextFilled(): string | null {
    let line = this.next();
    while (line === '') line = this.next();
    return line;
  }
}
