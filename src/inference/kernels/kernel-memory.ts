import type { TreeKernelExports } from './tree-kernel-exports.ts';
import { compileKernels, type KernelInstance } from './web-assembly.ts';

/** The linear memory of one model: layouts are placed first, then the memory is made or grows, and they are written. */
export interface KernelMemory<Exports = TreeKernelExports> {
  /** To be had after `commit`. */
  readonly kernels: Exports;
  /** Replaced by each later growth, so views of it are made after `commit`. */
  readonly buffer: ArrayBuffer;
  /** Whether so many bytes more would stay within the limit. */
  hasRoomFor(bytes: number): boolean;
  /** Address of so many bytes, a multiple of 16; they are 0 and can be used after `commit`. */
  reserve(bytes: number): number;
  /** Reserves room for the array, which `commit` writes there as it is then. */
  place(array: ArrayBufferView): number;
  /** @returns false when the memory is not to be had; what was placed since the last time is forgotten then. */
  commit(): boolean;
}

const pageBytes = 65_536;

/** Starts a module of assembly/, given in base64. @returns `null` where WebAssembly is not to be had. */
export function createKernelMemory<Exports extends object>(
  wasm: string,
  limitBytes: number,
): KernelMemory<Exports> | null {
  const start = compileKernels<Exports>(wasm);
  if (start === null) return null;
  let started: KernelInstance<Exports> | null = null;
  let committed = 16; // so that no address is 0
  let end = committed;
  let pending: { address: number; array: ArrayBufferView }[] = [];

  const reserve = (bytes: number): number => {
    const address = end;
    end = Math.ceil((address + bytes) / 16) * 16;
    return address;
  };

  const grow = (): boolean => {
    if (end > limitBytes) return false;
    // what reads in vectors or ahead stays inside
    const pages = Math.ceil((end + 64) / pageBytes);
    if (started === null) {
      // at its full size: growth detaches a buffer, and V8 then checks at each access to any typed array whether it is one
      started = start(pages);
      return started !== null;
    }
    const { memory } = started;
    const missing = pages - memory.buffer.byteLength / pageBytes;
    try {
      if (missing > 0) memory.grow(missing);
      return true;
    } catch {
      return false;
    }
  };

  const getStarted = (): KernelInstance<Exports> => {
    if (started === null) throw new TypeError('a kernel memory is used before it is committed');
    return started;
  };

  return {
    get kernels() {
      return getStarted().kernels;
    },
    get buffer() {
      return getStarted().memory.buffer;
    },
    hasRoomFor: (bytes) => end + bytes <= limitBytes,
    reserve,
    place(array) {
      const address = reserve(array.byteLength);
      pending.push({ address, array });
      return address;
    },
    commit() {
      const grown = grow();
      if (grown) {
        const all = new Uint8Array(getStarted().memory.buffer);
        for (const { address, array } of pending) {
          all.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), address);
        }
        committed = end;
      }
      end = committed;
      pending = [];
      return grown;
    },
  };
}
