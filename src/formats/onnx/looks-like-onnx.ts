import { SpillwayError } from '../../core/index.ts';
import { ProtobufCursor } from './protobuf-cursor.ts';

/** The fields of a `ModelProto`. */
const known: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26];
const newestVersion = 1000;

/** Whether all bytes are the fields of a `ModelProto`, with a version, operator sets and a graph among them. */
export function looksLikeOnnx(bytes: Uint8Array): boolean {
  const seen = new Set<number>();
  const cursor = new ProtobufCursor(bytes, 'the model');
  try {
    while (cursor.next()) {
      const { field } = cursor;
      if (!known.includes(field)) return false;
      seen.add(field);
      if (field === 1) {
        const version = cursor.integer();
        if (!(version >= 1 && version <= newestVersion)) return false;
      } else if (field === 5) cursor.integer();
      else cursor.bytes();
    }
  } catch (error) {
    if (SpillwayError.isInstance(error)) return false;
    throw error;
  }
  return [1, 7, 8].every((field) => seen.has(field));
}
