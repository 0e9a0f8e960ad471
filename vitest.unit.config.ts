import { defineConfig } from 'vitest/config';

/** `npm run test:unit`: the rules and the kernel, which are plain functions. No engine is started, so it takes seconds. */
export default defineConfig({
  test: {
    include: ['test/*/rules/**/*.test.ts', 'test/kernel/**/*.test.ts'],
    isolate: false, // as in vitest.config.ts, which explains it
    setupFiles: ['test/support/reset-state.ts'],
  },
});
