import { type Board, type Row, rowAt } from '../../domain/ranking.ts';
import { type PlaceChange, placeChanges } from '../../domain/ranking-changes.ts';
import type { RankingMonth } from '../../domain/ranking-month.ts';
import type { Standings } from '../../domain/standings.ts';
import { batchPut, type Item } from '../../store/batch.ts';
import { blockIds } from '../../store/ranking-blocks.ts';
import type { RankingPorts } from './ports.ts';
import { scopesOfBuild, wholeBoard } from './whole-board.ts';

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
  const scopes = new Set([...byScope.keys(), ...(await scopesOfBuild(database, before.build))]);
  const changes: PlaceChange[] = [];
  for (const scope of [...scopes].sort()) {
    signal?.throwIfAborted();
    const old = await wholeBoard(database, before.build, scope);
    for (const change of placeChanges(scope, old, rowsOfBoard(standings, byScope.get(scope)))) {
      changes.push(change);
    }
  }
  await batchPut(database, 'rankingBlocks', changeItems(build, changes), signal);
  return changes.length;
}

function* rowsOfBoard(standings: Standings, board: Board | undefined): Generator<Row> {
  if (!board) return;
  for (let place = 0; place < board.drivers.length; place += 1) yield rowAt(standings, board, place);
}

function* changeItems(build: string, changes: readonly PlaceChange[]): Generator<Item> {
  for (let start = 0; start < changes.length; start += changesPerBlock) {
    yield {
      blockId: blockIds.changes(build, start / changesPerBlock),
      changes: changes.slice(start, start + changesPerBlock),
    };
  }
}
