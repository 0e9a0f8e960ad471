import type { Gatherer } from './results.ts';

const shownMax = 3;
const shownLength = 1200;
const silenceMsMax = 60_000;

/** Progress on a terminal, in one line that is drawn again; elsewhere a line at each end of something or a minute. */
export class Screen {
  readonly #gatherer: Gatherer;
  readonly #isTerminal = process.stdout.isTTY === true;
  #expected = 0;
  #done = 0;
  #saidAt = performance.now();

  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
  }

  /** So many more trials are to come. */
  expect(trials: number): void {
    this.#expected += trials;
  }

  tick(what: string, differences: readonly string[]): void {
    this.#done += 1;
    if (differences.length > 0) this.#tell(what, differences);
    this.draw(
      `${this.#done} of ${this.#expected} planned · ${this.#gatherer.differentCount} differ · ${what}`,
    );
  }

  /** In the line that is drawn again; elsewhere where nothing has been said for a minute. */
  draw(text: string): void {
    if (!this.#isTerminal) {
      if (performance.now() - this.#saidAt >= silenceMsMax) this.#line(text);
      return;
    }
    process.stdout.write(`\r${text.slice(0, (process.stdout.columns ?? 80) - 1)}\x1b[K`);
  }

  say(what: string, differences: readonly string[]): void {
    if (differences.length > 0) this.#tell(what, differences);
    else this.#line(`${what}: done, ${this.#gatherer.differentCount} differences so far`);
  }

  #tell(what: string, differences: readonly string[]): void {
    const shown = differences.slice(0, shownMax).map(one => `    ${one.slice(0, shownLength)}`);
    this.#line([`DIFFERS  ${what}`, ...shown].join('\n'));
  }

  #line(text: string): void {
    this.#saidAt = performance.now();
    console.log(this.#isTerminal ? `\r\x1b[K${text}` : text);
  }
}
