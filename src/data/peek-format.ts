/** The format that an input turned out to have, and the whole of it. */
export interface PeekedInput {
  readonly format: 'csv' | 'jsonl';
  readonly source: AsyncGenerator<Uint8Array, void, undefined>;
}

const openObject = 0x7b;
const openArray = 0x5b;
const blanks: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Tells JSON Lines, whose first line begins with `{` or `[`, from a CSV, by the first bytes and never by a name. */
export async function peekFormat(input: AsyncIterable<Uint8Array>): Promise<PeekedInput> {
  const iterator = input[Symbol.asyncIterator]();
  const peeked: Uint8Array[] = [];
  let first: number | undefined;
  while (first === undefined) {
    const next = await iterator.next();
    if (next.done) break;
    peeked.push(next.value);
    // only the first chunk may begin with a byte order mark
    first = firstByte(next.value, peeked.length === 1);
  }
  return {
    format: first === openObject || first === openArray ? 'jsonl' : 'csv',
    source: resume(peeked, iterator),
  };
}

function firstByte(bytes: Uint8Array, mayHaveMark: boolean): number | undefined {
  const hasMark = mayHaveMark && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let at = hasMark ? 3 : 0;
  while (blanks.has(bytes[at])) at++;
  return bytes[at];
}

async function* resume(
  peeked: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* peeked;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
