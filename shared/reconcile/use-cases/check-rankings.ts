import type { Item } from '../../dynamo/batch.ts';
import { sha256 } from '../../kernel/digest.ts';
import { rowsOf, rowsPerBlock } from '../../ranking/rules/ranking-blocks.ts';
import { everybody } from '../../ranking/rules/standings.ts';
import { BoardReader } from '../../ranking/store/board-reader.ts';
import { blockIds, parseRankBlock, readBlocks } from '../../ranking/store/ranking-blocks.ts';
import { added, type Sums } from '../rules/counterparty-differences.ts';
import {
  type FrozenVersion,
  possibleStandings,
  type RankingDifference,
  rankingDifferences,
  rowSums,
  type StandingChange,
} from '../rules/ranking-differences.ts';
import { type Context, type Findings, noFindings, type Phase, type VersionToCheck } from './phase.ts';

const blocksPerPage = 50;

/** Every frozen version, block by block, against what the drivers' entries come to. */
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
  { database }: Context,
  version: VersionToCheck,
  first: number,
  beyond: number,
): Promise<Findings> {
  const names = new Map<string, number>();
  for (let block = first; block < beyond; block += 1) {
    names.set(blockIds.byPlace(version.build, everybody, block), block);
  }
  const found = await readBlocks(database, [...names.keys()]);
  const differences: RankingDifference[] = [];
  let sums: Sums = {};
  for (const [name, block] of names) {
    const item = found.get(name);
    const ofBlock = item && blockSums(version, item);
    if (ofBlock) sums = added(sums, ofBlock);
    else {
      const { month, version: number } = version;
      differences.push({ difference: 'ranking-unreadable', month, version: number, block });
    }
  }
  return { differences, sums, checked: { rankingBlocks: names.size } };
}

/** Undefined where the block is none. */
function blockSums(version: FrozenVersion, item: Item): Sums | undefined {
  try {
    return rowsOf(parseRankBlock(item)).reduce<Sums>(
      (sums, row) => added(sums, rowSums('frozen', version, row.driverId, row, sha256)),
      {},
    );
  } catch {
    return undefined;
  }
}

/**
 * What a driver's entries add to the sums of all versions. Where an entry was recorded while a version was read, the
 * version itself says whether it had seen it.
 */
export async function foldedSums(
  { database, versions }: Context,
  driverId: string,
  changes: readonly StandingChange[],
): Promise<Sums> {
  let sums: Sums = {};
  for (const version of versions) {
    const possible = possibleStandings(changes, version);
    const [first = { score: 0, minutes: 0 }] = possible;
    const standing = possible.length === 1 ? first : await seenBy(version);
    sums = added(sums, rowSums('folded', version, driverId, standing, sha256));

    async function seenBy({ month, version: number }: FrozenVersion) {
      const { row } = await new BoardReader(database).own(
        { month, scope: everybody, version: number },
        driverId,
      );
      const seen = possible.find(({ score, minutes }) =>
        row ? score === row.score && minutes === row.minutes : score <= 0,
      );
      return seen ?? possible.at(-1) ?? first;
    }
  }
  return sums;
}
