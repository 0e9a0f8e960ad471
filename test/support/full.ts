/** True under `npm run test:full`, which repeats more and includes the files named `*.full.test.ts`. */
export const isFull = process.env.FULL === '1';

/** How often a property is tried. `RUNS=500` overrides both numbers, to look for a rare failure. */
export function runs(quick: number, full: number): number {
  return Number(process.env.RUNS ?? (isFull ? full : quick));
}
