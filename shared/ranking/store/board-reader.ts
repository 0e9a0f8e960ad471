import { batchGet, type Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Month } from '../../kernel/time.ts';
import {
  blockNumbers,
  bucketCount,
  bucketOf,
  type PlacedRow,
  rowInBucket,
  rowsOf,
} from '../rules/ranking-blocks.ts';
import type { RankingMonth } from '../rules/ranking-month.ts';
import {
  blockIds,
  blockKey,
  isRankBlock,
  parseBucket,
  parseRankBlock,
  readBlocks,
  withMissing,
} from './ranking-blocks.ts';
import { monthKey, parseRankingMonth, readVersion } from './ranking-months.ts';

/** Which board is asked for; without a version the one that is shown now. */
export interface BoardQuery {
  readonly month: Month;
  readonly scope: string;
  readonly version?: number | undefined;
}

/** What is shown of a month at this moment. */
export interface ShownVersion {
  readonly ranking: RankingMonth;
  /** 0 where the month is open. */
  readonly version: number;
  /** Null where nothing was ever built, or there is no such version. */
  readonly build: string | null;
  readonly asOf: string | null;
}

type ShownBuild = Pick<ShownVersion, 'build' | 'asOf'>;

const rememberedMax = 1000;

/**
 * Reads boards. The month's record says which build is shown, so it is part of every read; but what it said last is
 * remembered, and the blocks are asked for in the same request in the hope that it still says so. Where it does not
 * they are asked for again. So a page, or somebody's rank, is one request of one read unit, and never an old build.
 */
export class BoardReader {
  readonly #database: Database;
  /** Builds never change, so what is known of one is true for good. */
  readonly #builds = new Map<string, ShownBuild>();
  readonly #totals = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The rows of these places, as far as there are any. */
  async page(
    wanted: BoardQuery,
    from: number,
    limit: number,
  ): Promise<ShownVersion & { total: number; rows: PlacedRow[] }> {
    const { shown, items } = await this.#read(wanted, build =>
      blockNumbers(from, from + limit).map(number => blockIds.byPlace(build, wanted.scope, number)),
    );
    const blocks = items.map(parseRankBlock);
    const rows = blocks.flatMap(rowsOf).filter(({ place }) => place >= from && place < from + limit);
    const total = blocks[0]?.total ?? (await this.#totalOf(shown.build, wanted.scope));
    return { ...shown, total, rows };
  }

  /** A driver's row, undefined where the driver is not listed. */
  async own(
    wanted: BoardQuery,
    driverId: string,
  ): Promise<ShownVersion & { total: number; row: PlacedRow | undefined }> {
    const nameOf = (build: string) => {
      const buckets = bucketCount(this.#totals.get(`${build}#${wanted.scope}`) ?? 0);
      return buckets === 0
        ? blockIds.byPlace(build, wanted.scope, 0)
        : blockIds.byDriver(build, wanted.scope, bucketOf(driverId, buckets));
    };
    const { shown, items } = await this.#read(wanted, build => [nameOf(build)]);
    const item = items[0];
    if (shown.build === null || !item) return { ...shown, total: 0, row: undefined };
    const { total } = isRankBlock(item) ? parseRankBlock(item) : parseBucket(item);
    remember(this.#totals, `${shown.build}#${wanted.scope}`, total);
    const name = nameOf(shown.build);
    const own = name === item.blockId ? item : (await readBlocks(this.#database, [name])).get(name);
    return { ...shown, total, row: own && rowIn(own, driverId) };
  }

  /** Those who stand next to a place, from above to below, without the one who stands there. */
  async neighbours(build: string, scope: string, place: number, reach: number): Promise<PlacedRow[]> {
    const from = Math.max(0, place - reach);
    const to = place + reach + 1;
    const names = blockNumbers(from, to).map(number => blockIds.byPlace(build, scope, number));
    const found = await readBlocks(this.#database, names);
    return [...found.values()]
      .flatMap(item => rowsOf(parseRankBlock(item)))
      .filter(row => row.place >= from && row.place < to && row.place !== place)
      .sort((a, b) => a.place - b.place);
  }

  async #read(
    { month, version }: BoardQuery,
    namesOf: (build: string) => string[],
  ): Promise<{ shown: ShownVersion; items: Item[] }> {
    const hoped = this.#builds.get(buildName(month, version))?.build ?? null;
    const names = hoped === null ? [] : namesOf(hoped);
    const found = await batchGet(
      this.#database,
      [{ table: 'rankings', key: monthKey(month) }, ...names.map(blockKey)],
      { consistent: false },
    );
    const ranking = parseRankingMonth(month, found.find(({ table }) => table === 'rankings')?.item);
    const { build, asOf } = await this.#buildOf(ranking, version);
    const shown: ShownVersion = { ranking, version: version ?? ranking.version, build, asOf };
    if (build === null) return { shown, items: [] };
    const wasRight = build === hoped;
    const wanted = wasRight ? names : namesOf(build);
    const items = wasRight
      ? await withMissing(this.#database, wanted, found)
      : await readBlocks(this.#database, wanted);
    return { shown, items: wanted.map(name => items.get(name)).filter(item => item !== undefined) };
  }

  async #buildOf(ranking: RankingMonth, version: number | undefined): Promise<ShownBuild> {
    const { month, build, asOf } = ranking;
    const name = buildName(month, version);
    if (version === undefined || version === ranking.version) {
      remember(this.#builds, name, { build, asOf });
      return { build, asOf };
    }
    if (version > ranking.version) return { build: null, asOf: null };
    const known = this.#builds.get(name) ?? (await readVersion(this.#database, month, version));
    if (!known) throw new Error(`version ${version} of ${month} is missing`);
    remember(this.#builds, name, { build: known.build, asOf: known.asOf });
    return known;
  }

  /** A page behind the end tells no total; the first block does. */
  async #totalOf(build: string | null, scope: string): Promise<number> {
    if (build === null) return 0;
    const name = blockIds.byPlace(build, scope, 0);
    const item = (await readBlocks(this.#database, [name])).get(name);
    return item ? parseRankBlock(item).total : 0;
  }
}

function rowIn(item: Item, driverId: string): PlacedRow | undefined {
  return isRankBlock(item)
    ? rowsOf(parseRankBlock(item)).find(row => row.driverId === driverId)
    : rowInBucket(parseBucket(item).rows, driverId);
}

function buildName(month: Month, version: number | undefined): string {
  return `${month}#${version ?? 'now'}`;
}

function remember<Value>(map: Map<string, Value>, name: string, value: Value): void {
  if (map.size >= rememberedMax) map.clear();
  map.set(name, value);
}
