import { type Item, putAll } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { type Board, type Row, rowAt } from '../rules/ranking.ts';
import { type PlaceChange, PreviousBoard } from '../rules/ranking-changes.ts';
import type { RankingMonth } from '../rules/ranking-month.ts';
import type { Standings } from '../rules/standings.ts';
import { readBoardBlocks, readScopes } from '../store/build-reader.ts';
import { blockIds } from '../store/ranking-blocks.ts';
import type { RankingPorts } from './ports.ts';

/** A page of changes takes what one block holds. */
export const changesPerBlock = 100;

/**
 * Writes which places differ from those of the version before, in all scopes that have anybody in the one or the other.
 *
 * @returns how many; 0 for a first version
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
    const old = await boardBefore(database, before.build, scope);
    const changes = old.changes(scope, rowsOfBoard(standings, byScope.get(scope)));
    await putAll(database, 'rankingBlocks', blocks.filledBy(changes), signal);
  }
  await putAll(database, 'rankingBlocks', blocks.rest(), signal);
  return blocks.changes;
}

async function boardBefore(database: Database, build: string, scope: string): Promise<PreviousBoard> {
  const { total, blocks } = await readBoardBlocks(database, build, scope);
  const board = new PreviousBoard(total);
  for await (const rows of blocks) for (const row of rows) board.add(row);
  return board;
}

function* rowsOfBoard(standings: Standings, board: Board | undefined): Generator<Row> {
  if (!board) return;
  for (let place = 0; place < board.drivers.length; place += 1) yield rowAt(standings, board, place);
}

/** Packs changes as they come, over the scopes: there may be several for each driver, too many to keep at once. */
class ChangeBlocks {
  changes = 0;
  readonly #build: string;
  #open: PlaceChange[] = [];

  constructor(build: string) {
    this.#build = build;
  }

  *filledBy(changes: Iterable<PlaceChange>): Generator<Item> {
    for (const change of changes) {
      this.#open.push(change);
      this.changes += 1;
      if (this.#open.length === changesPerBlock) yield* this.rest();
    }
  }

  *rest(): Generator<Item> {
    if (this.#open.length === 0) return;
    const number = Math.floor((this.changes - 1) / changesPerBlock);
    const changes = this.#open;
    this.#open = [];
    yield { blockId: blockIds.changes(this.#build, number), changes };
  }
}
