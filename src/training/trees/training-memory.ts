import { createPlainKernels } from './plain-kernels.ts';
import { trainTreesWasm } from './train-trees-wasm.ts';
import type { TrainingKernels } from './training-kernels.ts';

// what is used of the global, which neither ES2023 nor Node's types declare
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  readonly Memory: new (descriptor: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedWasmMemory;
};

/** Linear memory that threads share. */
export interface SharedWasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** A memory of fixed size and the kernels that work in it. */
export interface TrainingMemory {
  readonly buffer: ArrayBufferLike;
  readonly kernels: TrainingKernels;
  /** What other threads start the kernels with; `null` where they are plain JavaScript. */
  readonly shared: SharedWasmMemory | null;
}

const pageBytes = 65_536;

/**
 * Makes a memory of so many bytes, all 0; with kernels in plain JavaScript where WebAssembly, its SIMD or that much memory
 * for it is not to be had.
 */
export function createTrainingMemory(bytes: number, engine: 'wasm' | 'javascript'): TrainingMemory {
  if (engine === 'wasm') {
    const pages = Math.ceil((bytes + 64) / pageBytes); // what reads in vectors stays inside
    try {
      const shared = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
      return { buffer: shared.buffer, kernels: startKernels(shared), shared };
    } catch {
      // also where there is no WebAssembly at all
    }
  }
  const buffer = new ArrayBuffer(Math.ceil((bytes + 64) / 8) * 8);
  return { buffer, kernels: createPlainKernels(buffer), shared: null };
}

/** Starts the module of assembly/train-trees.ts in a memory. */
export function startKernels(memory: SharedWasmMemory): TrainingKernels {
  const module = new WebAssembly.Module(Buffer.from(trainTreesWasm, 'base64'));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test compares the bytes with their source
  return exports as TrainingKernels;
}
