import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../../demo/screen.ts';
import { fuzz } from './play.ts';

const help = `npm run fuzz -- [--requests 100000] [--seed 7] [--out <file>]

Puts arbitrary requests to a platform of its own, over all routes, and then arbitrary messages on the award queue and
records in the streams. None may be answered with 500, end a function or, where it is refused, write anything. Ends
with 1 where one does, and names the smallest.

  --requests <n>   how many, spread evenly over the routes (default 100000, some twenty minutes)
  --seed <n>       the same gives the same requests (default: drawn, and printed)
  --out <file>     where the results are written as JSON (default dist/fuzz.json)`;

const given = optionsFrom(process.argv.slice(2));
if (given === 'help') console.log(help);
else if (typeof given === 'string') {
  console.error(`${given}\n\n${help}`);
  process.exitCode = 2;
} else process.exitCode = (await run(given)) ? 0 : 1;

interface Options {
  readonly requests: number;
  readonly seed: number;
  readonly out: string;
}

/** A sentence where they cannot be read. */
function optionsFrom(args: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        requests: { type: 'string', default: '100000' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
        out: { type: 'string', default: fileURLToPath(new URL('../../dist/fuzz.json', import.meta.url)) },
      },
    });
    if (values.help) return 'help';
    if (!/^[1-9]\d{0,8}$/.test(values.requests)) return '--requests takes a whole number from 1.';
    if (!/^\d{1,9}$/.test(values.seed)) return '--seed takes a whole number.';
    return { requests: Number(values.requests), seed: Number(values.seed), out: resolve(values.out) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns whether nothing was found */
async function run({ requests, seed, out }: Options): Promise<boolean> {
  console.log(`seed ${seed}`);
  const found = await fuzz(requests, seed, words => console.log(words));
  const rows = found.flatMap(({ name, figures, differences }) => [
    ...Object.entries(figures).map(([what, figure]) => ({ name, what, figure })),
    { name, what: 'wrong', figure: differences.length },
  ]);
  console.log(
    `\n${table(rows, [
      { title: 'rubbish', of: ({ name }) => name },
      { title: 'what', of: ({ what }) => what },
      { title: 'figure', of: ({ figure }) => figure },
    ])}\n`,
  );
  for (const { differences } of found) for (const one of differences) console.error(`✗ ${one}`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ seed, found }, null, 2)}\n`);
  console.log(`  ${relative('', out)} has it for a machine to read`);
  return found.every(({ differences }) => differences.length === 0);
}
