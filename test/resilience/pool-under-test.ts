import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../src/core/index.ts';
import { createWorkerPool, type WorkerPool } from '../../src/resilience/worker-pool.ts';
import type { WorkerPoolOptions } from '../../src/resilience/worker-pool-options.ts';

// threads run compiled files; the global setup builds them
const serveTasks = new URL('../../dist/resilience/serve-tasks.js', import.meta.url);

/** Pools whose threads run text, and what ends them and removes their files. */
export function createPools(): {
  /** `answerer` is the expression of a TaskAnswerer, or of a function of `data` that gives one. */
  make(answerer: string, options?: Partial<WorkerPoolOptions>): WorkerPool;
  file(text: string): URL;
  end(): Promise<void>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-pool-'));
  const pools: WorkerPool[] = [];
  let files = 0;
  const file = (text: string): URL => {
    const path = join(folder, `file-${files++}.mjs`);
    writeFileSync(path, text);
    return pathToFileURL(path);
  };
  return {
    file,
    make(answerer, options = {}) {
      const text = `import { serveTasks } from ${JSON.stringify(serveTasks)};
        const answerer = ${answerer};
        await serveTasks((data) => typeof answerer === 'function' ? answerer(data) : answerer);`;
      const pool = createWorkerPool({ name: 'm', file: file(text), threads: 1, ...options });
      pools.push(pool);
      return pool;
    },
    async end() {
      await Promise.all(pools.map((pool) => pool.close()));
      rmSync(folder, { recursive: true });
    },
  };
}

/** So many milliseconds from now. */
export function within(ms: number): { deadline: number } {
  return { deadline: systemClock.now() + ms };
}

/** Waits, 10 s at most, until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; look < 1000 && !holds(); look++) {
    // oxlint-disable-next-line no-await-in-loop -- each look comes after the wait before it
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (!holds()) throw new Error('it did not come to hold within 10 s');
}
