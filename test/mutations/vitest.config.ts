import { defineConfig } from 'vitest/config';

/** The tests of the rules alone: no engine, nothing but plain functions. */
export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts', 'test/ranking/{ranking,proof,standings}.test.ts'],
    setupFiles: ['test/mutations/setup.ts'],
    testTimeout: 120_000, // instrumented, and maybe on a busy machine; what hangs is ended by Stryker
  },
});
