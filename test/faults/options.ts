import { parseArgs } from 'node:util';
import { evidenceFolder } from '../support/evidence.ts';

export const help = `npm run faults [-- options]

Injects each kind of fault at each call of each use case, on the deployed bundles, and compares the final state with
that of a run without faults. Then it redelivers everything, plays random mixtures of faults, a load test and fuzz
requests. Ends with 1 if any state differs. A complete run takes some two hours on two idle cores. Results are written
after each part, so an aborted run keeps what it has.

  --only <words>   only these, separated by commas: names of use cases ("award,close-month"), or matrix, forever,
                   mixtures, load, fuzz
  --seed <n>       seed of the random mixtures (default: from the clock; it is printed)
  --mixtures <n>   number of random mixtures (default 6)
  --soak <time>    duration of the load test at the highest rate that the machine sustains: 90s, 5m (default 20m)
  --requests <n>   number of fuzz requests, over all routes (default 100000); the queue and each stream get a hundredth
                   as many batches of random messages and records
  --workers <n>    use cases played concurrently (default: one per core, at most 4)
  --out <folder>   folder for faults.json and faults.md (default: dist/evidence)`;

export interface Options {
  readonly only: readonly string[];
  readonly seed: number;
  readonly mixtures: number;
  readonly soakMs: number;
  readonly requests: number;
  readonly workers: number | undefined;
  readonly out: string;
}

/** @returns `{ sentence }`, which says what is wrong, if the arguments are invalid */
export function optionsFrom(
  args: readonly string[],
  defaultSeed: number,
): Options | 'help' | { sentence: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        only: { type: 'string', default: '' },
        seed: { type: 'string', default: String(defaultSeed) },
        mixtures: { type: 'string', default: '6' },
        soak: { type: 'string', default: '20m' },
        requests: { type: 'string', default: '100000' },
        workers: { type: 'string' },
        out: { type: 'string', default: evidenceFolder },
      },
    });
    if (values.help) return 'help';
    return {
      only: values.only.split(',').filter(word => word !== ''),
      seed: wholeNumber('--seed', values.seed),
      mixtures: wholeNumber('--mixtures', values.mixtures),
      requests: wholeNumber('--requests', values.requests),
      soakMs: durationMs(values.soak),
      workers:
        values.workers === undefined ? undefined : Math.max(1, wholeNumber('--workers', values.workers)),
      out: values.out,
    };
  } catch (error) {
    return { sentence: error instanceof Error ? error.message : String(error) };
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${name} takes a whole number, not ${text}`);
}

const unitsMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

function durationMs(text: string): number {
  const [, count, unit] = /^(\d{1,4})([smh])$/.exec(text) ?? [];
  if (!count || !unit) throw new Error(`--soak takes a time such as 90s or 20m, not ${text}`);
  return Number(count) * unitsMs[unit as keyof typeof unitsMs];
}
