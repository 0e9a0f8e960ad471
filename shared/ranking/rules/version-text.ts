import type { Month } from '../../kernel/time.ts';
import { type Board, rowAt } from './ranking.ts';
import type { Standings } from './standings.ts';

const chunkLines = 4096;

/**
 * The one text of a version, in pieces: what its digest covers and what a replay must come to, byte by byte. Lines end
 * in a line feed; ids hold no blank. The form stands in docs/ranking-proof.md.
 */
export function* versionText(
  month: Month,
  version: number,
  standings: Standings,
  boards: readonly Board[],
): Generator<string> {
  yield `nuanxin-ranking 1\nmonth ${month}\nversion ${version}\n`;
  for (const board of boards) {
    const total = board.drivers.length;
    yield `scope ${board.scope} ${total}\n`;
    for (let start = 0; start < total; start += chunkLines) {
      let chunk = '';
      for (let place = start; place < Math.min(start + chunkLines, total); place += 1) {
        const { rank, driverId, score, minutes } = rowAt(standings, board, place);
        chunk += `${rank} ${driverId} ${score} ${minutes}\n`;
      }
      yield chunk;
    }
  }
}
