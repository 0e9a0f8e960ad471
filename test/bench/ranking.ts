import { rankBoards } from '../../shared/domain/ranking.ts';
import { driverBuckets, rankBlocks } from '../../shared/domain/ranking-blocks.ts';
import { rankingText } from '../../shared/domain/ranking-text.ts';
import { ScopeSets, Standings, scopesOf } from '../../shared/domain/standings.ts';
import { sha256OfPieces } from '../../shared/store/digest.ts';

/**
 * A ranking of many drivers without a database: what its building costs beside a bare sort of the same keys, how much
 * memory it takes, and how many units its blocks would. `node test/bench/ranking.ts [drivers]`
 */
const drivers = Number(process.argv[2] ?? 1_000_000);
const standings = someStandings(drivers);

const sortMs = timed(() => bareKeys(standings).sort()).ms;
const { ms: rankMs, result: boards } = timed(() => rankBoards(standings));
const { ms: digestMs } = timed(() => sha256OfPieces(rankingText('2026-03', 1, standings, boards)));
const { ms: packMs, result: packed } = timed(() => {
  let units = 0;
  let bytesMax = 0;
  for (const board of boards) {
    for (const blocks of [rankBlocks(standings, board), driverBuckets(standings, board)]) {
      for (const { rows } of blocks) {
        units += Math.ceil((rows.length + itemOverheadBytes()) / 1024);
        bytesMax = Math.max(bytesMax, rows.length + itemOverheadBytes());
      }
    }
  }
  return { units, bytesMax };
});
const driverScopes = boards.reduce((sum, board) => sum + board.drivers.length, 0);

const table: Record<string, string | number> = {
  drivers,
  'scopes (boards)': boards.length,
  'bare sort of the keys, ms': Math.round(sortMs),
  'ranks of all scopes, ms': Math.round(rankMs),
  'digest of the text, ms': Math.round(digestMs),
  'packing all blocks, ms': Math.round(packMs),
  'write units of all blocks': packed.units,
  'write units a driver and scope': (packed.units / driverScopes).toFixed(4),
  'largest block, bytes': packed.bytesMax,
  'peak memory, MB': Math.round(process.resourceUsage().maxRSS / 1024),
};
for (const [name, value] of Object.entries(table)) console.log(`${name.padEnd(32)} ${value}`);

function someStandings(count: number): Standings {
  const sets = new ScopeSets();
  const all = new Standings(sets);
  for (let index = 0; index < count; index += 1) {
    const mixed = Math.imul(index + 1, 0x9e3779b1) >>> 0;
    const scopes = scopesOf({
      district: `district-${mixed % 9}`,
      platformId: `platform-${(mixed >>> 8) % 3}`,
      occupation: `occupation-${(mixed >>> 16) % 5}`,
    });
    const standing = { score: 1 + (mixed % 600), minutes: (mixed >>> 7) % 6000 };
    all.add(`d-${String(index).padStart(8, '0')}`, standing, sets.numberOf(scopes));
  }
  return all;
}

function bareKeys({ count, scores, minutes }: Standings): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, index) => (scores[index] ?? 0) * 6001 + (minutes[index] ?? 0),
  );
}

/** Name and attributes of an item, generously. */
function itemOverheadBytes(): number {
  return 160;
}

function timed<T>(work: () => T): { ms: number; result: T } {
  const start = performance.now();
  const result = work();
  return { ms: performance.now() - start, result };
}
