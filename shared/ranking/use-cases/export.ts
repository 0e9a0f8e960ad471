import { csvText } from '../../kernel/csv.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { readProfiles } from '../../people/store/profiles.ts';
import { rowsPerBlock } from '../rules/ranking-blocks.ts';
import type { BoardQuery } from '../store/board-reader.ts';
import type { ReadPorts } from './ports.ts';

/** Fits into one response of the gateway with room to spare, even with the longest names. */
const exportRowsMax = 10_000;

export interface Exported {
  readonly csv: string;
  /** The first place of the next part; null at the end. */
  readonly nextPlace: number | null;
}

/** Exports a board as CSV from place `from`, at most as many rows as one response can carry. */
export async function exportRanking(
  { database, reader }: ReadPorts,
  wanted: BoardQuery,
  from: number,
): Promise<Exported | Refusal<'not-found'>> {
  const lines: (string | number | boolean | null)[][] = [];
  let total = 0;
  do {
    const page = await reader.page(wanted, from + lines.length, rowsPerBlock);
    if (wanted.version !== undefined && page.build === null) return { refusal: 'not-found' };
    total = page.total;
    if (page.rows.length === 0) break;
    const profiles = await readProfiles(
      database,
      page.rows.map(({ driverId }) => driverId),
    );
    for (const { rank, driverId, score, minutes } of page.rows) {
      const profile = profiles.get(driverId);
      lines.push([
        rank,
        driverId,
        profile?.displayName ?? null,
        profile?.publishConsent ?? false,
        score,
        minutes,
      ]);
    }
  } while (from + lines.length < total && lines.length < exportRowsMax);
  const header = ['rank', 'driverId', 'displayName', 'publishConsent', 'score', 'minutes'];
  const reached = from + lines.length;
  return { csv: csvText([header, ...lines]), nextPlace: reached < total ? reached : null };
}
