import { parseArgs } from 'node:util';
import { table } from '../../demo/screen.ts';
import { evidenceFolder, markdownTable, originAsText, originOf, writeEvidence } from '../support/evidence.ts';
import { fuzz } from './play.ts';

const help = `npm run fuzz -- [--requests 100000] [--seed 7] [--out <folder>]

Sends random requests to all routes of a platform that it starts, then random messages to the award queue and random
records to the stream functions. None may be answered with 500, crash a function or, if it is rejected, write anything.
Ends with 1 if one does, and prints the smallest such request.

  --requests <n>   number of requests, spread evenly over the routes (default 100000, some twenty minutes)
  --seed <n>       the same seed gives the same requests (default: random; it is printed)
  --out <folder>   folder for fuzz.json and fuzz.md (default: dist/evidence)`;

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

/** @returns a sentence that says what is wrong, if the arguments are invalid */
function optionsFrom(args: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        requests: { type: 'string', default: '100000' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
        out: { type: 'string', default: evidenceFolder },
      },
    });
    if (values.help) return 'help';
    if (!/^[1-9]\d{0,8}$/.test(values.requests)) return '--requests takes a whole number from 1.';
    if (!/^\d{1,9}$/.test(values.seed)) return '--seed takes a whole number.';
    return { requests: Number(values.requests), seed: Number(values.seed), out: values.out };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns whether no defect was found */
async function run({ requests, seed, out }: Options): Promise<boolean> {
  console.log(`seed ${seed}`);
  const found = await fuzz(requests, seed, words => console.log(words));
  const rows = found.flatMap(({ name, figures, differences }) => [
    ...Object.entries(figures).map(([what, figure]) => ({ name, what, figure })),
    { name, what: 'defects', figure: differences.length },
  ]);
  console.log(
    `\n${table(rows, [
      { title: 'input', of: ({ name }) => name },
      { title: 'what', of: ({ what }) => what },
      { title: 'figure', of: ({ figure }) => figure },
    ])}\n`,
  );
  for (const { differences } of found) for (const one of differences) console.error(`✗ ${one}`);
  const origin = originOf();
  const page = [
    '# Fuzz results',
    `_${originAsText(origin)}, seed ${seed}._`,
    markdownTable([
      ['input', 'what', 'figure'],
      ...rows.map(({ name, what, figure }) => [name, what, String(figure)]),
    ]),
    ...found.flatMap(({ differences }) => differences.map(one => `- ${one}`)),
  ].join('\n\n');
  console.log(`  written to ${writeEvidence(out, 'fuzz', { seed, origin, found }, page)}`);
  return found.every(({ differences }) => differences.length === 0);
}
