import { rankBoards } from '../../../shared/ranking/rules/ranking.ts';
import { ScopeSets, Standings, scopesOf } from '../../../shared/ranking/rules/standings.ts';
import { profileOf, resident } from '../support/generated-city.ts';
import { SimulatedEngine } from '../support/simulated-engine.ts';
import { close, refresh } from '../support/simulated-ranking.ts';

/** Builds a ranking in one of several ways, in its own process: `node build.js refresh 100000`. Prints a JSON lap. */
const ways: Readonly<Record<string, (drivers: number) => Promise<number> | number>> = {
  /** The complete `refresh-rankings` and `close-month` on simulated tables, whose time is excluded. */
  refresh: drivers => simulate(drivers, refresh),
  close: drivers => simulate(drivers, close),
  /** Only the step between reading and writing: the boards of all 22 scopes. */
  boards: drivers => {
    const standings = standingsOf(drivers);
    return timed(() => rankBoards(standings));
  },
  /** One board: an array of objects sorted by a comparison; equal neighbours share a rank. */
  array: drivers => {
    const rows = Array.from({ length: drivers }, (_, index) => {
      const { driverId, score, minutes } = resident(index);
      return { driverId, score, minutes, rank: 0 };
    });
    return timed(() => {
      rows.sort((a, b) => b.score - a.score || b.minutes - a.minutes || (a.driverId < b.driverId ? -1 : 1));
      for (const [place, row] of rows.entries()) {
        const before = rows[place - 1];
        const shares = before?.score === row.score && before.minutes === row.minutes;
        row.rank = shares ? (before?.rank ?? 0) : place + 1;
      }
    });
  },
  /** The lower bound: sorting plain numbers. */
  numbers: drivers => {
    const keys = Float64Array.from({ length: drivers }, (_, index) => {
      const { score, minutes } = resident(index);
      return -(score * 10_000 + minutes);
    });
    return timed(() => keys.sort());
  },
};

const [way = '', drivers = '0'] = process.argv.slice(2);
void measure(way, Number(drivers));

async function measure(name: string, count: number): Promise<void> {
  const ms = await ways[name]?.(count);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ ms, peakMb })}\n`);
}

async function simulate(drivers: number, work: typeof refresh): Promise<number> {
  const engine = new SimulatedEngine(drivers);
  const database = engine.open();
  const start = performance.now();
  await work(database);
  return performance.now() - start - engine.spentMs;
}

function standingsOf(drivers: number): Standings {
  const sets = new ScopeSets();
  const standings = new Standings(sets);
  for (let index = 0; index < drivers; index += 1) {
    const { driverId, ...standing } = resident(index);
    standings.add(driverId, standing, sets.numberOf(scopesOf(profileOf(index % 7) as never)));
  }
  return standings;
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
