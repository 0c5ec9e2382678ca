import { treeKernelsWasm } from './tree-kernels-wasm.ts';

/** Linear memory; `buffer` is another one after each growth. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What assembly/tree-kernels.ts exports; the layouts of what the addresses point to are described there. */
export interface TreeKernelExports {
  readonly byteCodes32: ByteCodes;
  readonly byteCodes64: ByteCodes;
  readonly shortCodes32: ShortCodes;
  readonly shortCodes64: ShortCodes;
  readonly lanes32: Sums;
  readonly lanes64: Sums;
  readonly walks32: Sums;
  readonly walks64: Sums;
  readonly rowLeaves32: RowLeaves;
  readonly rowLeaves64: RowLeaves;
  readonly rowLeavesOfClasses: RowLeaves;
  readonly sumLeaves32: SumLeaves;
  readonly sumLeaves64: SumLeaves;
  readonly sumOutputs32: SumOutputs;
  readonly sumOutputs64: SumOutputs;
}

type ByteCodes = (
  rows: number,
  rowBytes: number,
  searches: number,
  searchesEnd: number,
  classes: number,
  classesEnd: number,
  codes: number,
  codeBytes: number,
  blocks: number,
) => void;

type ShortCodes = (
  rows: number,
  rowBytes: number,
  searches: number,
  searchesEnd: number,
  codes: number,
  codeBytes: number,
  rowCount: number,
) => void;

/** `slots` of the walks is not there: their `sums` follow `rowCount`. */
type Sums = (...addresses: number[]) => void;

type RowLeaves = (
  groups: number,
  groupsEnd: number,
  nodes: number,
  row: number,
  planeBytes: number,
  leaves: number,
  classesApart: number,
  columns: number,
  columnsEnd: number,
) => void;

type SumLeaves = (leaves: number, treeCount: number, values: number, base: number) => number;

type SumOutputs = (
  leaves: number,
  treeCount: number,
  values: number,
  treeOutputs: number,
  sums: number,
  leafSize: number,
) => void;

// what is used of the global, which neither ES2023 nor Node's types declare
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: TreeKernelExports };
  readonly Memory: new (descriptor: { readonly initial: number }) => WasmMemory;
};

/** An instance of the kernels with a memory of its own. */
export interface TreeKernelInstance {
  readonly kernels: TreeKernelExports;
  readonly memory: WasmMemory;
}

/**
 * Compiles and starts the kernels; `null` where WebAssembly, its SIMD or memory for it is not to be had.
 * Each model compiles for itself (a millisecond for the first): V8 finds the machine code of equal bytes again as long as
 * one instance lives, so nothing has to be kept at module level or handed through.
 */
export function instantiateTreeKernels(): TreeKernelInstance | null {
  try {
    const module = new WebAssembly.Module(Buffer.from(treeKernelsWasm, 'base64'));
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return { kernels: exports, memory };
  } catch {
    // also where there is no WebAssembly at all
    return null;
  }
}
