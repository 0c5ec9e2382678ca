/** The JSON of a file as something to change, typed loosely on purpose: tests break it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

/** The bytes of a JSON file after `edit` changed its value in place, or answered another. */
export function editJson(bytes: Uint8Array, edit: (json: Loose) => unknown): Uint8Array {
  const json: unknown = JSON.parse(Buffer.from(bytes).toString());
  const changed = edit(json);
  return Buffer.from(JSON.stringify(changed === undefined ? json : changed));
}
