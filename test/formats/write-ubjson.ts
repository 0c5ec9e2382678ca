/** A value as UBJSON the way XGBoost writes it, but with all numbers as float64. */
export function writeUbjson(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from('Z');
  if (typeof value === 'boolean') return Buffer.from(value ? 'T' : 'F');
  if (typeof value === 'number') return Buffer.concat([Buffer.from('D'), float64(value)]);
  if (typeof value === 'string') return Buffer.concat([Buffer.from('S'), sized(value)]);
  if (Array.isArray(value)) return array(value);
  const members = Object.entries(value).flatMap(([key, item]) => [sized(key), writeUbjson(item)]);
  return Buffer.concat([Buffer.from('{'), ...members, Buffer.from('}')]);
}

/** A length as UBJSON writes it: `L` and an int64. */
export function lengthOf(length: number | bigint): Buffer {
  const bytes = Buffer.from('L00000000');
  bytes.writeBigInt64BE(BigInt(length), 1);
  return bytes;
}

function array(items: readonly unknown[]): Buffer {
  const count = [Buffer.from('#'), lengthOf(items.length)];
  if (items.length > 0 && items.every((item) => typeof item === 'number')) {
    return Buffer.concat([Buffer.from('[$D'), ...count, ...items.map(float64)]);
  }
  return Buffer.concat([Buffer.from('['), ...count, ...items.map(writeUbjson)]);
}

/** A string or key without the mark before it. */
function sized(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([lengthOf(bytes.length), bytes]);
}

function float64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}
