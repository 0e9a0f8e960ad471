import { defineConfig } from 'vitest/config';

/** For Stryker: all tests of one area (`STRYKER_TESTS` names the folders), with the engine that they need. */
export default defineConfig({
  test: {
    include: (process.env.STRYKER_TESTS ?? '').split(',').map(folder => `${folder}/**/*.test.ts`),
    globalSetup: ['test/support/engine-setup.ts'],
    setupFiles: ['test/support/reset-state.ts', 'test/mutations/stryker-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
