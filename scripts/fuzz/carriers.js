// Compressed files are mutated inside as well: what is in them is taken out, and put back with the right checksums.
import { crc32, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { pick } from './random.js';

/** The bytes inside, and how to put others in their place; `null` for a file that is not compressed. */
export function openCarrier(bytes, random) {
  try {
    if (bytes[0] === 0x78) return { inside: inflateSync(bytes), pack: deflateSync };
    if (bytes[0] === 0x1f) return { inside: gunzipSync(bytes), pack: gzipSync };
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) return openZip(bytes, random);
  } catch {
    // a mutant of a mutant, or a compression that is not known
  }
  return null;
}

function openZip(bytes, random) {
  const entries = zipEntries(bytes);
  const chosen = pick(entries, random);
  return {
    inside: chosen.content,
    pack: (content) =>
      writeZip(entries.map((entry) => (entry === chosen ? { ...entry, content } : entry))),
  };
}

function zipEntries(bytes) {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const entries = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const header = bytes.readUInt32LE(at + 42);
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      content: bytes.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** A zip file of stored entries. */
export function writeZip(entries) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const spelt = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(spelt.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), fields, spelt, content);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, place, spelt);
    offset += 30 + spelt.length + content.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}
