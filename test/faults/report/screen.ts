import type { Gatherer } from './results.ts';

const shownMax = 3;
const shownLength = 1200;
const silenceMsMax = 60_000;

/** Shows progress: on a terminal in one line that is redrawn, otherwise as a line per result or per minute. */
export class Screen {
  readonly #gatherer: Gatherer;
  readonly #isTerminal = process.stdout.isTTY === true;
  #expected = 0;
  #done = 0;
  #printedAt = performance.now();

  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
  }

  /** Adds trials to the expected total. */
  expect(trials: number): void {
    this.#expected += trials;
  }

  tick(what: string, differences: readonly string[]): void {
    this.#done += 1;
    if (differences.length > 0) this.#report(what, differences);
    this.draw(
      `${this.#done} of ${this.#expected} planned · ${this.#gatherer.differentCount} differ · ${what}`,
    );
  }

  /** Redraws the progress line; without a terminal, prints it after a minute of silence. */
  draw(text: string): void {
    if (!this.#isTerminal) {
      if (performance.now() - this.#printedAt >= silenceMsMax) this.#line(text);
      return;
    }
    process.stdout.write(`\r${text.slice(0, (process.stdout.columns ?? 80) - 1)}\x1b[K`);
  }

  say(what: string, differences: readonly string[]): void {
    if (differences.length > 0) this.#report(what, differences);
    else this.#line(`${what}: done, ${this.#gatherer.differentCount} differences so far`);
  }

  #report(what: string, differences: readonly string[]): void {
    const shown = differences.slice(0, shownMax).map(one => `    ${one.slice(0, shownLength)}`);
    this.#line([`DIFFERS  ${what}`, ...shown].join('\n'));
  }

  #line(text: string): void {
    this.#printedAt = performance.now();
    console.log(this.#isTerminal ? `\r\x1b[K${text}` : text);
  }
}
