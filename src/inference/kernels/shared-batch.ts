/** A batch in memory that several threads share, and how far it is. */
export interface SharedBatch {
  readonly rows: Float64Array | Float32Array;
  readonly count: number;
  readonly scores: Float64Array;
  /** Two counters: chunks that are there, and the next one that nobody has taken. */
  readonly progress: Int32Array;
}

/** Rows a thread takes at a time: enough that taking them costs nothing, few enough that no thread waits long at the end. */
export const chunkRows = 16_384;

/** Tells that the first `ready` chunks of rows are there. */
export function publishChunks({ progress }: SharedBatch, ready: number): void {
  Atomics.store(progress, 0, ready);
  Atomics.notify(progress, 0);
}

/** Takes the next chunk and waits for its rows; -1 when all are taken. Blocks the thread. */
export function takeChunk({ count, progress }: SharedBatch): number {
  const chunk = Atomics.add(progress, 1, 1);
  if (chunk * chunkRows >= count) return -1;
  for (let ready = Atomics.load(progress, 0); ready <= chunk; ready = Atomics.load(progress, 0)) {
    Atomics.wait(progress, 0, ready);
  }
  return chunk;
}
