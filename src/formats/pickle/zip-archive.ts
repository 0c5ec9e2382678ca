// What: the entries of a zip file, stored or deflated.
// Source: PKWARE APPNOTE.TXT 6.3.10: sections 4.3.7, 4.3.12 and 4.3.16; no zip64, no encryption, no parts.
// Complexity: linear in the directory; an entry is unpacked when asked for, once.
// Invariant: all entries together unpack to no more than the limits, and each has the length and checksum it claims.
import { crc32, inflateRawSync } from 'node:zlib';
import { refuseBroken } from '../refusals.ts';
import { mostUnpacked } from './unpack.ts';

interface Entry {
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly header: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const headerSignature = 0x04034b50;
const endLength = 22;
const entryLength = 46;
const headerLength = 30;
const longestComment = 0xffff;
const stored = 0;
const deflated = 8;

/** Whether bytes begin as a zip file does that is not empty. */
export function beginsAsZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

/** A zip file by its directory. What is wrong with it is `INVALID_MODEL`. */
export class ZipArchive {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #entries = new Map<string, Entry>();
  readonly #unpacked = new Map<string, Uint8Array>();
  #size = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#readDirectory();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Bytes of all entries, unpacked. */
  get size(): number {
    return this.#size;
  }

  /** The content of an entry. */
  read(name: string): Uint8Array {
    const known = this.#unpacked.get(name);
    if (known !== undefined) return known;
    if (this.#size > mostUnpacked(this.#bytes.length)) {
      refuseBroken(`a zip file that unpacks to ${this.#size} bytes`);
    }
    const entry = this.#entries.get(name) ?? refuseBroken('a zip file that lacks a file it needs');
    const content = this.#unpack(entry);
    this.#unpacked.set(name, content);
    return content;
  }

  #readDirectory(): void {
    const end = this.#findEnd();
    const view = this.#view;
    const count = view.getUint16(end + 10, true);
    let at = view.getUint32(end + 16, true);
    for (let left = count; left > 0; left--) {
      if (at + entryLength > end || view.getUint32(at, true) !== entrySignature) {
        refuseBroken('a zip file with a broken directory');
      }
      const nameLength = view.getUint16(at + 28, true);
      const others = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
      const next = at + entryLength + nameLength + others;
      if (next > end) refuseBroken('a zip file with a broken directory');
      if (view.getUint16(at + 8, true) & 1) refuseBroken('a zip file that is encrypted');
      const name = this.#nameAt(at + entryLength, nameLength);
      if (this.#entries.has(name)) refuseBroken('a zip file with two entries of one name');
      this.#size += view.getUint32(at + 24, true);
      this.#entries.set(name, {
        method: view.getUint16(at + 10, true),
        checksum: view.getUint32(at + 16, true),
        packed: view.getUint32(at + 20, true),
        unpacked: view.getUint32(at + 24, true),
        header: view.getUint32(at + 42, true),
      });
      at = next;
    }
  }

  /** Where the record stands that ends the file, before a comment. */
  #findEnd(): number {
    const last = this.#bytes.length - endLength;
    for (let at = last; at >= 0 && at >= last - longestComment; at--) {
      if (this.#view.getUint32(at, true) === endSignature) return at;
    }
    return refuseBroken('a zip file without a directory: is it cut off?');
  }

  #nameAt(at: number, length: number): string {
    return Buffer.from(this.#bytes.subarray(at, at + length)).toString('latin1');
  }

  #unpack({ method, checksum, packed, unpacked, header }: Entry): Uint8Array {
    const view = this.#view;
    if (
      header + headerLength > this.#bytes.length ||
      view.getUint32(header, true) !== headerSignature
    ) {
      return refuseBroken('a zip file with a broken entry');
    }
    const names = view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    const start = header + headerLength + names;
    if (start + packed > this.#bytes.length) return refuseBroken('a zip file that is cut off');
    const content = inflate(method, this.#bytes.subarray(start, start + packed), unpacked);
    if (content.length !== unpacked || crc32(content) !== checksum) {
      refuseBroken('a zip file with an entry that is not what it claims');
    }
    return content;
  }
}

function inflate(method: number, packed: Uint8Array, unpacked: number): Uint8Array {
  if (method === stored) return packed;
  if (method !== deflated)
    return refuseBroken('a zip file with an entry in an unknown compression');
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, unpacked) });
  } catch (cause) {
    return refuseBroken('a zip file with an entry that is not what it claims', cause);
  }
}
