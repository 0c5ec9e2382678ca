import { defineConfig } from 'vitest/config';

/** The tests that `npm run mutation` runs for each mutant: those of the mutated folders, none of which needs a build. */
export default defineConfig({
  test: {
    include: ['test/{resilience,routing}/**/*.test.ts'],
    setupFiles: ['test/mutation-setup.ts'],
    testTimeout: 30_000,
  },
});
