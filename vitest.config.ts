import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest first, so that no worker is left with a long one at the end; the rest as vitest has it. */
const longest = [
  'test/e2e/reference',
  'test/application/reference',
  'test/infra/cdk-synth',
  'test/e2e/',
  'test/local/main',
  'test/infra/nag',
  'test/ranking/close',
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

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/engine-setup.ts'],
    setupFiles: ['test/support/afresh.ts'],
    isolate: false, // test/support/afresh.ts keeps files apart
    testTimeout: 60_000, // some play a city through, and a slow machine is no defect
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } }, // it waits for what must come, however slow the machine
    maxWorkers: 3, // on two cores: some wait for a platform that they have started
    sequence: { sequencer: LongestFirst },
  },
});
