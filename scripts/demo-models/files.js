import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const lineWidth = 100;

/** Writes a file of a version. @returns what its card says of it */
export function writeBeside(directory, file, bytes) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, file), bytes);
  return { file, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** JSON for people: what fits on a line stays on it. */
export function readableJson(value, indent = '', before = 0) {
  const flat = flatJson(value);
  if (indent.length + before + flat.length + 1 <= lineWidth || typeof value !== 'object') {
    if (indent !== '') return flat;
  }
  const inner = `${indent}  `;
  const [open, close, lines] = Array.isArray(value)
    ? ['[', ']', value.map((item) => readableJson(item, inner))]
    : ['{', '}', entriesOf(value).map(([key, item]) => keyed(key, item, inner))];
  return `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`;
}

function keyed(key, item, indent) {
  const name = `${JSON.stringify(key)}: `;
  return name + readableJson(item, indent, name.length);
}

function flatJson(value) {
  if (Array.isArray(value)) return `[${value.map(flatJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = entriesOf(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${flatJson(item)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

const entriesOf = (object) => Object.entries(object).filter(([, item]) => item !== undefined);
