import { refuseUnsupported } from '../refusals.ts';
import { PickleValue } from './pickle-value.ts';
import { isSkops, readSkops } from './read-skops.ts';
import { compressionOf, isUnread, peek, unpack } from './unpack.ts';
import { beginsAsPickle, unpickle } from './unpickle.ts';
import { beginsAsZip } from './zip-archive.ts';

/** What a pickle may contain. */
export interface PickleOptions {
  /** Classes and functions that may stay inert objects, as `module name`: `sklearn.tree._tree Tree`. */
  readonly allowed: ReadonlySet<string>;
}

/**
 * Whether bytes are a pickle, a file of joblib or one of skops, also one that is compressed in a way, or of a protocol,
 * that only gets a refusal which says how to save it instead. By content, of which only the beginning is looked at.
 */
export function looksLikePickle(bytes: Uint8Array): boolean {
  if (beginsAsPickle(bytes) || isOfOldProtocol(bytes)) return true;
  const compression = compressionOf(bytes);
  if (compression === null) return isSkops(bytes);
  return isUnread(compression) || beginsAsPickle(peek(bytes));
}

/**
 * Reads a file that `looksLikePickle` said yes to, and runs nothing of it.
 * @throws SpillwayError `UNSUPPORTED_MODEL` naming a class, an opcode or a compression that is not read,
 * `INVALID_MODEL` for broken bytes
 */
export function readPickle(bytes: Uint8Array, { allowed }: PickleOptions): PickleValue {
  if (beginsAsZip(bytes)) {
    const { value, size } = readSkops(bytes, allowed);
    return PickleValue.root(value, size);
  }
  if (isOfOldProtocol(bytes)) {
    return refuseUnsupported('pickle protocol 0 or 1', 're-save it with protocol 2 or later');
  }
  const content = unpack(bytes);
  return PickleValue.root(unpickle(content, allowed), content.length);
}

/** Protocols 0 and 1 have no mark of their own; their models begin with a class, their dicts and lists with a memo. */
function isOfOldProtocol(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 256));
  return /^(?:c[\w.]+\n\w+\n|\([dl]p\d+\n)/.test(start);
}
