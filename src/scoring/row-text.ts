/** A row that was read straight from its JSON text, for answerers of one schema; others read what `parse` gives. */
export class RowText {
  readonly values: Float64Array;
  /** That of the answerer that has read it. */
  readonly schemaKey: string;
  readonly #text: Uint8Array;

  constructor(text: Uint8Array, values: Float64Array, schemaKey: string) {
    this.#text = text;
    this.values = values;
    this.schemaKey = schemaKey;
  }

  /** The row as an object. The text is JSON: it could not have been read otherwise. */
  parse(): unknown {
    return JSON.parse(Buffer.from(this.#text).toString('utf8'));
  }
}
