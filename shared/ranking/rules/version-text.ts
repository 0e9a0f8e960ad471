import type { Month } from '../../kernel/time.ts';
import { type Board, rowAt } from './ranking.ts';
import type { Standings } from './standings.ts';

const chunkLines = 4096;

/**
 * The canonical text of a version, in chunks. The version's sha256 covers this text, and a replay must reproduce it byte
 * by byte. Lines end with a line feed; ids contain no space. docs/ranking-proof.md specifies the format.
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
