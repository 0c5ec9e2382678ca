import { createPlainSums } from './create-plain-sums.ts';
import { createWasmSums } from './create-wasm-sums.ts';
import type { RowRoom, RowSums } from './row-room.ts';

/** What computes with the rows of columns, and room for vectors; in WebAssembly where it is to be had. */
export function createRowSums(room: RowRoom, engine: 'wasm' | 'javascript'): RowSums {
  const inWasm = engine === 'wasm' ? createWasmSums(room) : null;
  return inWasm ?? createPlainSums(room);
}
