import type { GrowerLayout } from './grower-layout.ts';
import { runShare, viewJobs } from './run-share.ts';
import type { TrainingMemory } from './training-memory.ts';

/** The threads that work on the jobs of a grower. */
export interface GrowerCrew {
  /** Does what was written into memory and waits until all of it is done. */
  run(command: number, jobs: number, searches: number): void;
  close(): void;
}

/** A crew of the caller's thread alone. */
export function createCrew(memory: TrainingMemory, layout: GrowerLayout): GrowerCrew {
  const views = viewJobs(memory.buffer);
  return {
    run(command, jobs, searches) {
      runShare(memory.kernels, views, layout, 0, command, jobs, searches);
    },
    close() {},
  };
}
