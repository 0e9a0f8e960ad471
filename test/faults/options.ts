import { parseArgs } from 'node:util';

export const help = `npm run faults [-- options]

Plays every use case once for each kind of fault at each of its calls, on the bundles that are deployed, and compares
what is left with what a clean run leaves. Then: everything delivered again, random mixtures, load, rubbish. Ends with 1
where anything differs. All of it takes some two hours on two cores; what is through is kept, and --only adds to it.

  --only <words>   only these, by comma: names of use cases ("award,close-month"), or matrix, forever, mixtures, load,
                   rubbish
  --seed <n>       of the random mixtures (default: by the clock; it is printed)
  --mixtures <n>   how many of them (default 6)
  --soak <time>    how long the load lasts at the highest rate that the machine holds: 90s, 5m (default 20m)
  --rubbish <n>    how many requests without sense, over all routes (default 100000); and a hundredth as many batches of
                   messages and of records for each stream
  --lanes <n>      use cases side by side (default: one for each core, at most 4)
  --out <file>     where the results are written as JSON (default dist/faults.json)
  --write-docs     keeps them in docs/faults.json, and writes the tables into docs/faults.md and the README`;

export interface Options {
  readonly only: readonly string[];
  readonly seed: number;
  readonly mixtures: number;
  readonly soakMs: number;
  readonly rubbish: number;
  readonly lanes: number | undefined;
  readonly out: string | undefined;
  readonly writesDocs: boolean;
}

/** A sentence where they cannot be read. */
export function optionsFrom(args: readonly string[], drawn: number): Options | 'help' | { sentence: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        only: { type: 'string', default: '' },
        seed: { type: 'string', default: String(drawn) },
        mixtures: { type: 'string', default: '6' },
        soak: { type: 'string', default: '20m' },
        rubbish: { type: 'string', default: '100000' },
        lanes: { type: 'string' },
        out: { type: 'string' },
        'write-docs': { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    return {
      only: values.only.split(',').filter(word => word !== ''),
      seed: wholeNumber('--seed', values.seed),
      mixtures: wholeNumber('--mixtures', values.mixtures),
      rubbish: wholeNumber('--rubbish', values.rubbish),
      soakMs: durationMs(values.soak),
      lanes: values.lanes === undefined ? undefined : Math.max(1, wholeNumber('--lanes', values.lanes)),
      out: values.out,
      writesDocs: values['write-docs'],
    };
  } catch (error) {
    return { sentence: error instanceof Error ? error.message : String(error) };
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${name} takes a whole number, and not ${text}`);
}

const unitsMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

function durationMs(text: string): number {
  const [, count, unit] = /^(\d{1,4})([smh])$/.exec(text) ?? [];
  if (!count || !unit) throw new Error(`--soak takes a time such as 90s or 20m, and not ${text}`);
  return Number(count) * unitsMs[unit as keyof typeof unitsMs];
}
