import { defineConfig } from 'vitest/config';

/** For Stryker: the tests of the rules, which are plain functions and need no engine. */
export default defineConfig({
  test: {
    include: ['test/*/rules/**/*.test.ts', 'test/kernel/**/*.test.ts'],
    setupFiles: ['test/mutations/stryker-setup.ts'],
    testTimeout: 120_000, // instrumented code is slow; Stryker itself ends a test that hangs
  },
});
