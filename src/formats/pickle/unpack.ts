import { constants, gunzipSync, inflateSync } from 'node:zlib';
import { limits } from '../limits.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';

const zlibLevels: readonly number[] = [0x01, 0x5e, 0x9c, 0xda];
/** Bytes of a compressed file that show how its content begins. */
const peeked = 1024;

/** Compressions that joblib writes and that have no decoder here, by their first bytes. */
const unread: readonly { readonly name: string; readonly start: readonly number[] }[] = [
  { name: 'bz2', start: [0x42, 0x5a, 0x68] },
  { name: 'xz', start: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'lzma', start: [0x5d, 0x00, 0x00] },
  { name: 'lz4', start: [0x04, 0x22, 0x4d, 0x18] },
  { name: 'ZFile', start: [0x5a, 0x46] },
];

/** How a file is compressed, `null` when it is not. */
export function compressionOf(bytes: Uint8Array): string | null {
  if (isZlib(bytes)) return 'zlib';
  if (isGzip(bytes)) return 'gzip';
  return unread.find(({ start }) => start.every((byte, at) => bytes[at] === byte))?.name ?? null;
}

/** Whether there is no decoder for a compression. */
export function isUnread(compression: string): boolean {
  return unread.some(({ name }) => name === compression);
}

/** The first bytes that zlib or gzip holds, none when that cannot be told. */
export function peek(bytes: Uint8Array): Uint8Array {
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  const start = bytes.subarray(0, peeked);
  try {
    return isGzip(bytes) ? gunzipSync(start, options) : inflateSync(start, options);
  } catch {
    return new Uint8Array(0);
  }
}

/**
 * The content of a file, decompressed when it is zlib or gzip.
 * @throws SpillwayError `INVALID_MODEL` when it is broken or unpacks to too much, `UNSUPPORTED_MODEL` for other ways
 */
export function unpack(bytes: Uint8Array): Uint8Array {
  const compression = compressionOf(bytes);
  if (compression === null) return bytes;
  if (isUnread(compression)) {
    return refuseUnsupported(
      `the compression ${compression}`,
      'save it with joblib.dump(model, file, compress=("zlib", 3))',
    );
  }
  const maxOutputLength = mostUnpacked(bytes.length);
  try {
    return compression === 'gzip'
      ? gunzipSync(bytes, { maxOutputLength })
      : inflateSync(bytes, { maxOutputLength });
  } catch (cause) {
    return refuseBroken(
      `the file is no sound ${compression}, or it unpacks to more than ${maxOutputLength} bytes`,
      cause,
    );
  }
}

/** Bytes that a file of so many bytes may unpack to. */
export function mostUnpacked(length: number): number {
  const proportional = Math.max(limits.unpackedAnyway, length * limits.unpackedRatio);
  return Math.min(limits.unpackedBytes, proportional);
}

function isZlib(bytes: Uint8Array): boolean {
  return bytes[0] === 0x78 && zlibLevels.includes(bytes[1]!);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
