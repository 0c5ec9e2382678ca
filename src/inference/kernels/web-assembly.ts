/** Linear memory; `buffer` is another one after each growth. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

// what is used of the global, which neither ES2023 nor Node's types declare
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  readonly Memory: new (descriptor: { readonly initial: number }) => WasmMemory;
};

/** An instance of a module with a memory of its own. */
export interface KernelInstance<Exports> {
  readonly kernels: Exports;
  readonly memory: WasmMemory;
}

/** What starts a compiled module with a memory of so many pages; `null` where that much is not to be had. */
export type StartKernels<Exports> = (pages: number) => KernelInstance<Exports> | null;

/**
 * Compiles a module of assembly/, given in base64; `null` where WebAssembly or its SIMD is not to be had. Each model
 * compiles for itself (a millisecond for the first): V8 finds the machine code of equal bytes again as long as one instance
 * lives, so nothing has to be kept at module level or handed through.
 */
export function compileKernels<Exports extends object>(wasm: string): StartKernels<Exports> | null {
  try {
    const module = new WebAssembly.Module(Buffer.from(wasm, 'base64'));
    return (pages) => {
      try {
        const memory = new WebAssembly.Memory({ initial: pages });
        const { exports } = new WebAssembly.Instance(module, { env: { memory } });
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test compares the bytes with their source
        return { kernels: exports as Exports, memory };
      } catch {
        return null;
      }
    };
  } catch {
    // also where there is no WebAssembly at all
    return null;
  }
}
