/** Opcodes of a pickle, put together by hand, for files that no pickler writes. */
export type PickleCode = Buffer;

/** Joins opcodes; text is Latin-1, one byte per character. */
export function code(...parts: readonly (string | Uint8Array | readonly number[])[]): PickleCode {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part),
    ),
  );
}

/** A whole pickle: protocol 4, the opcodes, STOP. */
export function pickle(...parts: readonly (string | Uint8Array | readonly number[])[]): PickleCode {
  return code('\x80\x04', ...parts, '.');
}

/** A string. */
export function text(value: string): PickleCode {
  const bytes = Buffer.from(value);
  return code('X', uint32(bytes.length), bytes);
}

/** A class or a function. */
export function name(module: string, attribute: string): PickleCode {
  return code(text(module), text(attribute), '\x93');
}

/** What would be a call. */
export function call(
  module: string,
  attribute: string,
  ...args: readonly PickleCode[]
): PickleCode {
  return code(name(module, attribute), '(', ...args, 'tR');
}

/** A tuple of whole numbers. */
export function tuple(...items: readonly number[]): PickleCode {
  return code('(', ...items.map(integer), 't');
}

/** A whole number of up to 64 bits. */
export function integer(value: number): PickleCode {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return code('\x8a\x08', bytes);
}

/** A dict with keys of text. */
export function dict(entries: Readonly<Record<string, PickleCode>>): PickleCode {
  const parts = Object.entries(entries).flatMap(([key, value]) => [text(key), value]);
  return code('}(', ...parts, 'u');
}

/** A numpy type, as numpy pickles it, little-endian. */
export function dtype(type: string): PickleCode {
  return code(
    call('numpy', 'dtype', text(type), code('\x89'), code('\x88')),
    code('(K\x03', text('<'), 'NNN', integer(-1), integer(-1), 'K\x00tb'),
  );
}

/** The wrapper that joblib writes before an array; what follows is not added. */
export function joblibArray(
  shape: PickleCode,
  type: PickleCode,
  more: Readonly<Record<string, PickleCode>> = {},
): PickleCode {
  return code(
    name('joblib.numpy_pickle', 'NumpyArrayWrapper'),
    ')\x81',
    dict({ subclass: name('numpy', 'ndarray'), shape, order: text('C'), dtype: type, ...more }),
    'b',
  );
}

export function uint32(value: number): PickleCode {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function uint64(value: bigint): PickleCode {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
