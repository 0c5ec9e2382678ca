/**
 * Finds which of some texts a stretch of bytes is, without making a string of it: its index, or -1. The texts are
 * UTF-8; when one stands twice the first counts. Open addressing, at most half full.
 */
export function createByteLookup(
  texts: readonly string[],
): (bytes: Buffer, start: number, end: number) => number {
  const keys = texts.map((text) => Buffer.from(text));
  let slots = 8;
  while (slots < 2 * keys.length) slots *= 2;
  const table = new Int32Array(slots).fill(-1);
  const longest = keys.reduce((most, key) => Math.max(most, key.length), 0);

  const find = (bytes: Buffer, start: number, end: number, insert: number): number => {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01_00_01_93);
    let slot = (hash ^ (hash >>> 15)) & (slots - 1);
    for (;;) {
      const index = table[slot]!;
      if (index === -1) {
        if (insert >= 0) table[slot] = insert;
        return insert;
      }
      if (isEqual(keys[index]!, bytes, start, end)) return index;
      slot = (slot + 1) & (slots - 1);
    }
  };

  keys.forEach((key, index) => void find(key, 0, key.length, index));
  return (bytes, start, end) => (end - start > longest ? -1 : find(bytes, start, end, -1));
}

function isEqual(key: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let at = 0; at < key.length; at++) if (key[at] !== bytes[start + at]) return false;
  return true;
}
