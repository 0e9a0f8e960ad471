import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { sha256 } from '../../kernel/digest.ts';
import type { Standing } from '../../ledger/rules/account.ts';
import { rowsOf, rowsPerBlock } from '../../ranking/rules/ranking-blocks.ts';
import { allDrivers } from '../../ranking/rules/standings.ts';
import { BoardReader } from '../../ranking/store/board-reader.ts';
import { blockIds, parseRankBlock, readBlocks } from '../../ranking/store/ranking-blocks.ts';
import {
  type FrozenVersion,
  possibleStandings,
  type RankingDifference,
  rankingDifferences,
  rowSums,
  type StandingChange,
} from '../rules/ranking-differences.ts';
import { addSums, type Sums } from '../rules/sums.ts';
import { type Findings, noFindings, type Phase, type PhaseContext, type VersionToCheck } from './phase.ts';

const blocksPerPage = 50;

/** Compares every frozen version, block by block, with the standings folded from the drivers' entries. */
export const rankingsPhase: Phase = {
  name: 'rankings',
  segments: 1,
  page: async (context, _segment, from) => {
    const index = Number(from.version ?? 0);
    const first = Number(from.block ?? 0);
    const version = context.versions[index];
    if (!version) return { next: null, findings: noFindings };
    const end = Math.ceil(version.total / rowsPerBlock);
    const beyond = Math.min(end, first + Math.min(blocksPerPage, context.itemsPerPage));
    const findings = await checkBlocks(context, version, first, beyond);
    const isLast = beyond === end;
    return { next: isLast ? { version: index + 1, block: 0 } : { version: index, block: beyond }, findings };
  },
  conclude: (sums, { versions }) => rankingDifferences(sums, versions),
};

async function checkBlocks(
  { database }: PhaseContext,
  version: VersionToCheck,
  first: number,
  beyond: number,
): Promise<Findings> {
  const names = new Map<string, number>();
  for (let block = first; block < beyond; block += 1) {
    names.set(blockIds.byPlace(version.build, allDrivers, block), block);
  }
  const found = await readBlocks(database, [...names.keys()]);
  const differences: RankingDifference[] = [];
  let sums: Sums = {};
  for (const [name, block] of names) {
    const item = found.get(name);
    const ofBlock = item && blockSums(version, item);
    if (ofBlock) sums = addSums(sums, ofBlock);
    else {
      const { month, version: number } = version;
      differences.push({ difference: 'ranking-unreadable', month, version: number, block });
    }
  }
  return { differences, sums, checked: { rankingBlocks: names.size } };
}

/** Undefined if the block cannot be parsed. */
function blockSums(version: FrozenVersion, item: Item): Sums | undefined {
  try {
    return rowsOf(parseRankBlock(item)).reduce<Sums>(
      (sums, row) => addSums(sums, rowSums('frozen', version, row.driverId, row, sha256)),
      {},
    );
  } catch {
    return undefined;
  }
}

/**
 * The sums that a driver's entries contribute to every version. If an entry was recorded while a version was being read,
 * the version's own row decides whether it had seen the entry.
 */
export async function foldedSums(
  { database, versions }: PhaseContext,
  driverId: string,
  changes: readonly StandingChange[],
): Promise<Sums> {
  let sums: Sums = {};
  for (const version of versions) {
    const possible = possibleStandings(changes, version);
    const [first = { score: 0, minutes: 0 }] = possible;
    const standing =
      possible.length === 1 ? first : await standingSeen(database, version, driverId, possible);
    sums = addSums(sums, rowSums('folded', version, driverId, standing, sha256));
  }
  return sums;
}

/** The possible standing that the version's row shows; the latest one if none matches, which is then a difference. */
async function standingSeen(
  database: Database,
  { month, version }: FrozenVersion,
  driverId: string,
  possible: readonly Standing[],
): Promise<Standing> {
  const { row } = await new BoardReader(database).own({ month, scope: allDrivers, version }, driverId);
  const seen = possible.find(({ score, minutes }) =>
    row ? score === row.score && minutes === row.minutes : score <= 0,
  );
  return seen ?? possible.at(-1) ?? { score: 0, minutes: 0 };
}
