import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest start first, so that no worker is left with a long one at the end. */
const longest = [
  'test/e2e/reference',
  'test/awards/use-cases/reference',
  'test/infra/nag',
  'test/infra/cdk-synth',
  'test/e2e/',
  'test/docs/tour',
  'test/model/',
  'test/fuzz/',
  'test/local/main',
  'test/ranking/use-cases/close',
  'test/mission/',
  'test/bench/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex(part => moduleId.includes(part));
      return found === -1 ? longest.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

const isFull = process.env.FULL === '1'; // npm run test:full

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: isFull ? [] : ['**/*.full.test.ts'],
    globalSetup: ['test/support/engine-setup.ts'],

    /**
     * Test files share processes. Vitest would start a new process for each file, and loading the packages again and
     * again would take a fifth of the whole run. The price: anything global that one file changes is still there for
     * the next one. `setupFiles` undoes it before each file: it reloads our own modules, restores mocks and timers,
     * and resets the environment variables. A file must close what it opens (servers, platforms, child processes).
     */
    isolate: false,
    setupFiles: ['test/support/reset-state.ts'],

    testTimeout: isFull ? 600_000 : 60_000, // some tests play a whole city, and a slow machine is no defect
    hookTimeout: isFull ? 600_000 : 60_000,
    expect: { poll: { timeout: 20_000 } }, // polls wait for something that must happen, however slow the machine
    maxWorkers: 3, // one more than two cores, because some files mostly wait for a platform that they started
    sequence: { sequencer: LongestFirst },
  },
});
