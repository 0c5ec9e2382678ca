import { defineConfig } from 'vitest/config';

/**
 * The tests that `npm run mutation` runs for each mutant: those of the mutated folders, but for the worker pool, whose
 * threads run what was built, where no mutant is.
 */
export default defineConfig({
  test: {
    include: ['test/{resilience,routing}/**/*.test.ts'],
    exclude: ['test/resilience/worker-pool.test.ts'],
    setupFiles: ['test/mutation-setup.ts'],
    testTimeout: 30_000,
  },
});
