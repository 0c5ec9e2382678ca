// What: classes of categories that no node of an ensemble tells apart, so that a node is a small bitmap of classes.
// Source: partition refinement, Paige and Tarjan, "Three partition refinement algorithms" (1987), section 3.
// Complexity: the number of codes that all nodes list.
// Invariant: two codes of one class are in the same lists; class 0 has all that no node lists, also what is no code at
// all, and the class `count` stands for a missing value.
import type { TreeEnsemble } from '../../model/index.ts';

/** The classes of one column that nodes look for categories in. */
export interface CategoryClasses {
  readonly column: number;
  /** Class of each code; codes beyond are of class 0. */
  readonly table: Uint16Array;
  /** Without the class of missing values, which is this number. */
  readonly count: number;
}

/** Tables are kept small: beyond this code an ensemble is walked plainly. */
const greatestCode = 65_533;

/** @returns the classes by column, or `null` when a code is too great for a table. */
export function classifyCategories(
  ensemble: TreeEnsemble,
): ReadonlyMap<number, CategoryClasses> | null {
  const { categorical, column } = ensemble;
  const found = new Map<number, { table: Uint16Array; sizes: number[] }>();
  if (categorical === null) return new Map();
  const { categories, count, start } = categorical;
  const lengths = new Map<number, number>();
  for (const [node, many] of count.entries()) {
    if (many === -1) continue;
    const last = many === 0 ? -1 : categories[start[node]! + many - 1]!;
    if (last > greatestCode) return null;
    lengths.set(column[node]!, Math.max(lengths.get(column[node]!) ?? 0, last + 1));
  }
  for (const [at, length] of lengths) {
    found.set(at, { table: new Uint16Array(length), sizes: [Number.POSITIVE_INFINITY] });
  }
  // by class, used again for each node
  const scratch = { hits: new Uint32Array(2 ** 16), renamed: new Uint16Array(2 ** 16) };
  for (const [node, many] of count.entries()) {
    if (many !== -1) split(found.get(column[node]!)!, listOf(ensemble, node), scratch);
  }
  return new Map(
    [...found].map(([at, { table, sizes }]) => [at, { column: at, table, count: sizes.length }]),
  );
}

/** Puts the listed codes of each class into a new one, unless they are all there is of it. */
function split(
  { table, sizes }: { readonly table: Uint16Array; readonly sizes: number[] },
  list: Int32Array,
  { hits, renamed }: { readonly hits: Uint32Array; readonly renamed: Uint16Array },
): void {
  // plain loops: this is most of the time that a model with many categories takes to load
  for (let at = 0; at < list.length; at++) hits[table[list[at]!]!]!++;
  for (let at = 0; at < list.length; at++) {
    const name = table[list[at]!]!;
    const hit = hits[name]!;
    if (hit === 0) continue; // seen
    hits[name] = 0;
    renamed[name] = hit === sizes[name] ? name : sizes.length;
    if (hit === sizes[name]) continue;
    sizes[name]! -= hit;
    sizes.push(hit);
  }
  for (let at = 0; at < list.length; at++) table[list[at]!] = renamed[table[list[at]!]!]!;
}

/** Writes a bitmap of the classes that go right at a node into so many bytes. */
export function writeRightClasses(
  ensemble: TreeEnsemble,
  node: number,
  { table, count }: CategoryClasses,
  bitmap: { readonly into: Uint8Array; readonly start: number; readonly bytes: number },
): void {
  const { into, start, bytes } = bitmap;
  into.fill(255, start, start + bytes);
  const list = listOf(ensemble, node);
  for (let at = 0; at < list.length; at++) {
    const name = table[list[at]!]!;
    into[start + (name >> 3)]! &= ~(1 << (name & 7));
  }
  if (ensemble.missingLeft[node] === 1) into[start + (count >> 3)]! &= ~(1 << (count & 7));
}

function listOf({ categorical }: TreeEnsemble, node: number): Int32Array {
  const { categories, count, start } = categorical!;
  return categories.subarray(start[node], start[node]! + count[node]!);
}
