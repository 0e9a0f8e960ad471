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

/** Selects a board. Without a version it selects the current build. */
export interface BoardQuery {
  readonly month: Month;
  readonly scope: string;
  readonly version?: number | undefined;
}

/** The build that a query selects, with the state of its month. */
export interface ShownVersion {
  readonly ranking: RankingMonth;
  /** 0 while the month is open. */
  readonly version: number;
  /** Null when nothing has been built yet, or the version does not exist. */
  readonly build: string | null;
  readonly asOf: string | null;
}

type BuildAt = Pick<ShownVersion, 'build' | 'asOf'>;

const cacheEntriesMax = 1000;

/**
 * Reads boards. The month's record names the current build, so every read includes it. The reader caches the last known
 * build and requests its blocks in the same batch. If the record names another build by then, the reader requests the
 * blocks of that one. So a page or a rank costs one request and one read unit (RRU), and is never from an old build.
 */
export class BoardReader {
  readonly #database: Database;
  /** The last known build of each month, and the build of each frozen version. */
  readonly #builds = new Map<string, BuildAt>();
  /** Number of rows by build and scope. A build never changes. */
  readonly #totals = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The rows from place `from`, at most `limit`. */
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

  /** A driver's row; undefined when the board does not list the driver. */
  async own(
    wanted: BoardQuery,
    driverId: string,
  ): Promise<ShownVersion & { total: number; row: PlacedRow | undefined }> {
    const blockIdOf = (build: string) => {
      const buckets = bucketCount(this.#totals.get(`${build}#${wanted.scope}`) ?? 0);
      return buckets === 0
        ? blockIds.byPlace(build, wanted.scope, 0)
        : blockIds.byDriver(build, wanted.scope, bucketOf(driverId, buckets));
    };
    const { shown, items } = await this.#read(wanted, build => [blockIdOf(build)]);
    const item = items[0];
    if (shown.build === null || !item) return { ...shown, total: 0, row: undefined };
    const { total } = isRankBlock(item) ? parseRankBlock(item) : parseBucket(item);
    cache(this.#totals, `${shown.build}#${wanted.scope}`, total);
    // The total was unknown or outdated before the read, so the driver's bucket may be another one.
    const blockId = blockIdOf(shown.build);
    const own = blockId === item.blockId ? item : (await readBlocks(this.#database, [blockId])).get(blockId);
    return { ...shown, total, row: own && rowIn(own, driverId) };
  }

  /** The rows up to `reach` places above and below a place, best first, without the row at the place. */
  async neighbours(build: string, scope: string, place: number, reach: number): Promise<PlacedRow[]> {
    const from = Math.max(0, place - reach);
    const to = place + reach + 1;
    const ids = blockNumbers(from, to).map(number => blockIds.byPlace(build, scope, number));
    const found = await readBlocks(this.#database, ids);
    return [...found.values()]
      .flatMap(item => rowsOf(parseRankBlock(item)))
      .filter(row => row.place >= from && row.place < to && row.place !== place)
      .sort((a, b) => a.place - b.place);
  }

  async #read(
    { month, version }: BoardQuery,
    blockIdsOf: (build: string) => string[],
  ): Promise<{ shown: ShownVersion; items: Item[] }> {
    const cachedBuild = this.#builds.get(cacheKey(month, version))?.build ?? null;
    const guessedIds = cachedBuild === null ? [] : blockIdsOf(cachedBuild);
    const found = await batchGet(
      this.#database,
      [{ table: 'rankings', key: monthKey(month) }, ...guessedIds.map(blockKey)],
      { consistent: false },
    );
    const ranking = parseRankingMonth(month, found.find(({ table }) => table === 'rankings')?.item);
    const { build, asOf } = await this.#buildOf(ranking, version);
    const shown: ShownVersion = { ranking, version: version ?? ranking.version, build, asOf };
    if (build === null) return { shown, items: [] };
    const isCurrent = build === cachedBuild;
    const ids = isCurrent ? guessedIds : blockIdsOf(build);
    const items = isCurrent
      ? await withMissing(this.#database, ids, found)
      : await readBlocks(this.#database, ids);
    return { shown, items: ids.map(id => items.get(id)).filter(item => item !== undefined) };
  }

  async #buildOf(ranking: RankingMonth, version: number | undefined): Promise<BuildAt> {
    const { month, build, asOf } = ranking;
    const key = cacheKey(month, version);
    if (version === undefined || version === ranking.version) {
      cache(this.#builds, key, { build, asOf });
      return { build, asOf };
    }
    if (version > ranking.version) return { build: null, asOf: null };
    const known = this.#builds.get(key) ?? (await readVersion(this.#database, month, version));
    if (!known) throw new Error(`version ${version} of ${month} is missing`);
    cache(this.#builds, key, { build: known.build, asOf: known.asOf });
    return known;
  }

  /** Every block holds the total. A page beyond the end has no block, so this reads the first one. */
  async #totalOf(build: string | null, scope: string): Promise<number> {
    if (build === null) return 0;
    const id = blockIds.byPlace(build, scope, 0);
    const item = (await readBlocks(this.#database, [id])).get(id);
    return item ? parseRankBlock(item).total : 0;
  }
}

function rowIn(item: Item, driverId: string): PlacedRow | undefined {
  return isRankBlock(item)
    ? rowsOf(parseRankBlock(item)).find(row => row.driverId === driverId)
    : rowInBucket(parseBucket(item).rows, driverId);
}

function cacheKey(month: Month, version: number | undefined): string {
  return `${month}#${version ?? 'current'}`;
}

function cache<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (map.size >= cacheEntriesMax) map.clear();
  map.set(key, value);
}
