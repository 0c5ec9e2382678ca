import type { TreeKernelExports } from './tree-kernel-exports.ts';
import { instantiateKernels } from './web-assembly.ts';

/** The linear memory of one model: layouts are placed first, then the memory grows once and they are written. */
export interface KernelMemory<Exports = TreeKernelExports> {
  readonly kernels: Exports;
  /** Replaced by each growth, so views of it are made after `commit`. */
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
  const instance = instantiateKernels<Exports>(wasm);
  if (instance === null) return null;
  const { kernels, memory } = instance;
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
    const pages = Math.ceil((end + 64) / pageBytes) - memory.buffer.byteLength / pageBytes;
    try {
      if (pages > 0) memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  };

  return {
    kernels,
    get buffer() {
      return memory.buffer;
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
        const all = new Uint8Array(memory.buffer);
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
