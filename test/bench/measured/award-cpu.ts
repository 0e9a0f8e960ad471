import { haveRulebook } from '../../support/database.ts';
import type { Context, Part, Result } from '../report/result.ts';
import { type Spread, spreadOf, type Table } from '../report/result.ts';
import { functionEnvironment, uncapped } from '../support/award-stage.ts';
import { startContender } from '../support/contender.ts';
import type { Awards } from '../support/events.ts';
import { openStage } from '../support/stage.ts';

export const awardCpu: Part = {
  id: 'award-cpu',
  title: 'CPU time of an award, by owner',
  kind: 'measured',
  rounds: 7,
  run: async context => {
    const stage = await openStage();
    const database = await stage.freshDatabase();
    await haveRulebook(database, uncapped);
    const module = new URL('../peers/profiled.ts', import.meta.url);
    const profiled = await startContender<object, Awards>(module, {}, functionEnvironment(stage, database));
    try {
      return await profile(awards => profiled.run(awards).then(({ result }) => result), context);
    } finally {
      await profiled.close();
      await stage.close();
    }
  },
};

const batches = [1, 10];
const sdk = 'the SDK';

type Row = readonly [owner: string, share: Spread, us: Spread, shareOfTen: Spread, usOfTen: Spread];

export function tableOf(rows: readonly Row[]): Table {
  const [, , alone, , ofTen] = rows.find(([owner]) => owner === sdk) ?? [];
  const [before, after] = [alone?.median ?? Number.NaN, ofTen?.median ?? Number.NaN];
  return {
    id: 'award-cpu',
    title: awardCpu.title,
    columns: ['owner', 'one award, %', 'µs per award', 'batch of 10, %', 'µs per award'],
    rows,
    notes: [
      'By Node’s profiler on the sources, one sample per 200 µs. The profiler slows everything down. Node’s own work counts for its caller.',
      `Ten awards to one driver share two requests: the SDK takes ${Math.round(after)} µs per award instead of ${Math.round(before)} (${((100 * after) / before).toFixed(0)} %).`,
    ],
  };
}

async function profile(run: (awards: Awards) => Promise<unknown>, context: Context): Promise<Result> {
  const { rounds, quick, step } = context;
  const awards = quick ? 200 : 1000;
  const found = new Map<number, Record<string, number>[]>(batches.map(batch => [batch, []]));
  for (let round = 0; round <= rounds; round += 1) {
    step(round, rounds + 1, `round ${round} of ${rounds}`);
    for (const batch of batches) {
      const name = `${batch}`.padStart(2, '0') + `${round}`.padStart(2, '0');
      const times = await run({ round: name, drivers: awards / batch, batch });
      if (round > 0) found.get(batch)?.push(times as Record<string, number>);
    }
  }
  const sum = (times: Record<string, number>) => Object.values(times).reduce((all, one) => all + one, 0);
  const owners = [...new Set([...found.values()].flat().flatMap(times => Object.keys(times)))];
  const share = (batch: number, owner: string) =>
    spreadOf((found.get(batch) ?? []).map(times => (100 * (times[owner] ?? 0)) / sum(times)));
  const each = (batch: number, owner: string) =>
    spreadOf((found.get(batch) ?? []).map(times => (times[owner] ?? 0) / awards));
  owners.sort((a, b) => share(1, b).median - share(1, a).median);
  const shareOf = (...names: string[]) =>
    spreadOf(
      (found.get(1) ?? []).map(
        times => (100 * names.reduce((all, name) => all + (times[name] ?? 0), 0)) / sum(times),
      ),
    );
  const rows = owners.map(
    (owner): Row => [owner, share(1, owner), each(1, owner), share(10, owner), each(10, owner)],
  );
  return {
    tables: [tableOf(rows)],
    figures: [
      {
        what: 'share of the SDK and Node’s HTTP in the CPU time of an award',
        value: shareOf(sdk, 'Node’s sockets and HTTP, for the SDK'),
        unit: '%',
      },
      {
        what: 'share of validation / digests in the CPU time of an award',
        value: `${Math.round(shareOf('validation').median)} / ${Math.round(shareOf('digests and canonical text').median)}`,
        unit: '%',
      },
    ],
  };
}
