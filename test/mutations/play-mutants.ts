import { testsOf } from './areas.ts';
import type { Copy } from './copy.ts';
import type { Mutant } from './patterns/pattern.ts';
import { failedTest } from './run-tests.ts';

export interface Outcome {
  readonly mutant: Mutant;
  /** The first test that failed; undefined if the mutant survived all tests. */
  readonly killedBy: string | undefined;
  readonly seconds: number;
}

/**
 * Tests each mutant, one per copy at a time: with the tests that import its file, then those of its area, then with all.
 *
 * @param areaOnly leaves out the last step, which takes minutes for each mutant that gets so far
 */
export async function playMutants(
  copies: readonly Copy[],
  mutants: readonly Mutant[],
  areaOnly: boolean,
  onDone: (outcome: Outcome) => void,
): Promise<void> {
  const passes = new PassingTests();
  const waiting = [...mutants];
  const workers = copies.map(async copy => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const startedAt = performance.now();
      const killedBy = await killerOf(copy, mutant, areaOnly, passes);
      onDone({ mutant, killedBy, seconds: Math.round((performance.now() - startedAt) / 1000) });
    }
  });
  await Promise.all(workers);
}

async function killerOf(
  copy: Copy,
  mutant: Mutant,
  areaOnly: boolean,
  passes: PassingTests,
): Promise<string | undefined> {
  const selections = [...testsOf(mutant.file), ...(areaOnly ? [] : [[]])];
  for (const selection of selections) {
    await passes.check(copy, selection);
    const failed = await copy.with(mutant, () => failedTest(copy.folder, selection));
    if (failed !== undefined) return failed;
  }
  return undefined;
}

/** A test that fails without a mutant would kill every mutant: each selection must pass on the original first. */
class PassingTests {
  readonly #checked = new Map<string, Promise<void>>();

  check(copy: Copy, selection: readonly string[]): Promise<void> {
    const key = selection.join(' ');
    const known = this.#checked.get(key) ?? this.#run(copy, selection);
    this.#checked.set(key, known);
    return known;
  }

  async #run(copy: Copy, selection: readonly string[]): Promise<void> {
    const failed = await failedTest(copy.folder, selection);
    if (failed !== undefined) throw new Error(`A test fails without any mutant: ${failed}`);
  }
}
