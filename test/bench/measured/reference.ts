import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { temporaryFolder } from '../../support/platform.ts';
import { spawnPlatform } from '../../support/platform-process.ts';
import {
  postArrivals,
  postEvents,
  readResult,
  reverseAll,
  setUpReference,
} from '../../support/play-reference.ts';
import { reference as workload } from '../../support/reference.ts';
import { type Context, type Part, type Result, spreadOf } from '../report/result.ts';

const deliveries = workload.events.length;

/** The reference workload on a platform of its own each round; a rate counts only where everything is as expected. */
export const reference: Part = {
  id: 'reference',
  title: 'The reference workload, from the first POST until all is worked off',
  kind: 'measured',
  rounds: 3,
  run: async ({ rounds, step }: Context): Promise<Result> => {
    const rates: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      step(round, rounds, `round ${round + 1} of ${rounds}`);
      rates.push(await rateOf(round));
    }
    const rate = spreadOf(rates);
    const { outcomes, declined } = workload.expected;
    const receipts = new Set([...Object.keys(outcomes), ...Object.keys(declined)]).size;
    const drivers = workload.drivers.length;
    return {
      tables: [
        {
          id: 'reference',
          title: reference.title,
          columns: ['deliveries', 'drivers', 'receipts looked at', 'as expected', 'deliveries a second'],
          rows: [[deliveries, drivers, receipts, 'all', rate]],
          notes: [
            'Seven weeks of three platforms, repeats among it, posted in the order of arrival with the clock moved along; balances, hours and receipts are compared after every round, and nothing is measured where one differs.',
          ],
        },
      ],
      figures: [
        {
          what: `reference workload, ${deliveries.toLocaleString('en-US')} deliveries, all balances, hours and receipts as expected: deliveries a second, POST to drained`,
          value: rate,
          unit: '',
        },
      ],
    };
  },
};

async function rateOf(round: number): Promise<number> {
  const dataDir = temporaryFolder();
  const platform = await spawnPlatform(dataDir);
  try {
    await setUpReference(platform);
    const startedAt = performance.now();
    await postArrivals(platform, workload.events);
    await platform.drain();
    const seconds = (performance.now() - startedAt) / 1000;
    await postEvents(platform, workload.conflicts);
    await platform.drain();
    await reverseAll(platform);
    await platform.drain();
    const { balances, minutes, outcomes, declined } = workload.expected;
    if (!isDeepStrictEqual(await readResult(platform), { balances, minutes, outcomes, declined }))
      throw new Error(`round ${round + 1} of the reference workload did not come out as expected`);
    return deliveries / seconds;
  } finally {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
