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

/** Plays the reference workload on a fresh platform each round. A wrong balance, hour or receipt ends the run. */
export const reference: Part = {
  id: 'reference',
  title: 'Reference workload, from the first POST until the queue is drained',
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
          columns: ['deliveries', 'drivers', 'receipts compared', 'as expected', 'deliveries per second'],
          rows: [[deliveries, drivers, receipts, 'all', rate]],
          notes: [
            'Seven weeks of events from three platforms, with repeats, posted in order of arrival under a simulated clock. Balances, hours and receipts are compared after each round; a difference ends the run.',
          ],
        },
      ],
      figures: [
        {
          what: `reference workload, ${deliveries.toLocaleString('en-US')} deliveries, everything as expected: deliveries per second, POST to drained`,
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
      throw new Error(`round ${round + 1} of the reference workload gave an unexpected result`);
    return deliveries / seconds;
  } finally {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
