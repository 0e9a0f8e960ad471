import { type Item, putAll } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { type Board, type Row, rowAt } from '../rules/ranking.ts';
import { type PlaceChange, PreviousBoard } from '../rules/ranking-changes.ts';
import type { RankingMonth } from '../rules/ranking-month.ts';
import type { Standings } from '../rules/standings.ts';
import { readBoardBlocks, readScopes } from '../store/build-reader.ts';
import { blockIds } from '../store/ranking-blocks.ts';
import type { RankingPorts } from './ports.ts';

/** One block holds as many changes as a page of the API, so a page usually reads one block. */
export const changesPerBlock = 100;

/**
 * Writes the rows that differ from the previous version, in every scope that has a driver in either version.
 *
 * @returns the number of changes; 0 for a first version
 */
export async function writeChanges(
  { database, signal }: RankingPorts,
  build: string,
  before: RankingMonth,
  standings: Standings,
  boards: readonly Board[],
): Promise<number> {
  if (before.version === 0 || before.build === null) return 0;
  const byScope = new Map(boards.map(board => [board.scope, board]));
  const scopes = new Set([...byScope.keys(), ...(await readScopes(database, before.build))]);
  const blocks = new ChangeBlocks(build);
  for (const scope of [...scopes].sort()) {
    signal?.throwIfAborted();
    const previous = await readPreviousBoard(database, before.build, scope);
    const changes = previous.changes(scope, rowsOfBoard(standings, byScope.get(scope)));
    await putAll(database, 'rankingBlocks', blocks.add(changes), signal);
  }
  await putAll(database, 'rankingBlocks', blocks.flush(), signal);
  return blocks.changes;
}

async function readPreviousBoard(database: Database, build: string, scope: string): Promise<PreviousBoard> {
  const { total, blocks } = await readBoardBlocks(database, build, scope);
  const board = new PreviousBoard(total);
  for await (const rows of blocks) for (const row of rows) board.add(row);
  return board;
}

function* rowsOfBoard(standings: Standings, board: Board | undefined): Generator<Row> {
  if (!board) return;
  for (let place = 0; place < board.drivers.length; place += 1) yield rowAt(standings, board, place);
}

/** Packs changes into blocks as they arrive, across scopes. With several per driver they do not fit into memory. */
class ChangeBlocks {
  changes = 0;
  readonly #build: string;
  #open: PlaceChange[] = [];

  constructor(build: string) {
    this.#build = build;
  }

  /** Takes changes, and yields each block that they fill. */
  *add(changes: Iterable<PlaceChange>): Generator<Item> {
    for (const change of changes) {
      this.#open.push(change);
      this.changes += 1;
      if (this.#open.length === changesPerBlock) yield* this.flush();
    }
  }

  /** Yields the last block, unless it is empty. */
  *flush(): Generator<Item> {
    if (this.#open.length === 0) return;
    const number = Math.floor((this.changes - 1) / changesPerBlock);
    const changes = this.#open;
    this.#open = [];
    yield { blockId: blockIds.changes(this.#build, number), changes };
  }
}
