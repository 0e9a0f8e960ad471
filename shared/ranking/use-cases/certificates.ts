import type { Refusal } from '../../kernel/refusal.ts';
import { nameOnPaper } from '../../people/rules/public-name.ts';
import { readProfiles } from '../../people/store/profiles.ts';
import { rowsPerBlock } from '../rules/ranking-blocks.ts';
import { allDrivers } from '../rules/standings.ts';
import type { BoardQuery, BoardReader } from '../store/board-reader.ts';
import { type Html, html } from './html.ts';
import type { ReadPorts } from './ports.ts';

const lastRank = 10;

/**
 * An HTML page with certificates for ranks 1 to 10, one per printed sheet. Every driver who shares rank 10 gets one,
 * because tied drivers are listed by id, which says nothing about merit.
 */
export async function certificatePage(
  { database, reader }: ReadPorts,
  wanted: BoardQuery,
): Promise<string | Refusal<'not-found' | 'not-closed'>> {
  const page = await reader.page(wanted, 0, rowsPerBlock);
  if (wanted.version !== undefined && page.build === null) return { refusal: 'not-found' };
  if (page.version === 0) return { refusal: 'not-closed', month: wanted.month };
  const winners = page.rows.filter(({ rank }) => rank <= lastRank);
  const profiles = await readProfiles(
    database,
    winners.map(({ driverId }) => driverId),
  );
  const sheets = winners.map(row =>
    sheet(wanted, page, { ...row, name: nameOnPaper(profiles.get(row.driverId)) }),
  );
  return document(wanted, sheets).text;
}

type Page = Awaited<ReturnType<BoardReader['page']>>;

interface Winner {
  readonly name: string;
  readonly rank: number;
  readonly score: number;
  readonly minutes: number;
}

/** Characters that fit on one line. Longer names (up to 60) are set smaller, so that the text still fits the sheet. */
const oneLineMax = 18;

function sheet({ month, scope }: BoardQuery, { version, asOf }: Page, winner: Winner): Html {
  const [year, number] = month.split('-').map(Number);
  const among = scope === allDrivers ? '' : `（${scope.slice(scope.indexOf(':') + 1)}）`;
  return html`<section>
  <p class="city">暖新积分 · 志愿服务</p>
  <h1>荣誉证书</h1>
  <p class="${winner.name.length > oneLineMax ? 'long name' : 'name'}">${winner.name}</p>
  <p>在 ${year} 年 ${number} 月「最美司机」志愿服务评选${among}中</p>
  <p class="rank">荣获第 <strong>${winner.rank}</strong> 名</p>
  <p>志愿服务积分 ${winner.score} 分 · 服务时长 ${hoursOf(winner.minutes)} 小时</p>
  <footer>榜单 ${month} 第 ${version} 版 · ${asOf?.slice(0, 10) ?? ''}</footer>
</section>`;
}

/** Hours, rounded down, with one decimal unless they are whole. */
function hoursOf(minutes: number): string {
  return (Math.floor(minutes / 6) / 10).toString();
}

function document({ month }: BoardQuery, sheets: readonly Html[]): Html {
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>${month} 最美司机 荣誉证书</title>
<style>
@page { size: A4 landscape; margin: 0; }
body { margin: 0; color: #3a2a14; font-family: "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; }
section { box-sizing: border-box; width: 297mm; height: 209mm; padding: 12mm 24mm; text-align: center; break-after: page;
  display: flex; flex-direction: column; justify-content: center; overflow-wrap: anywhere;
  border: 6mm double #b3261e; background: #fffaf0; print-color-adjust: exact; }
section:last-child { break-after: auto; }
h1 { margin: 6mm 0; font-size: 44pt; letter-spacing: 12mm; text-indent: 12mm; color: #b3261e; font-weight: 700;
  font-family: "Kaiti SC", "KaiTi", "Noto Serif CJK SC", serif; }
p { margin: 4mm 0; font-size: 18pt; }
.city { font-size: 14pt; letter-spacing: 2mm; }
.name { font-size: 34pt; }
.long { font-size: 20pt; }
.rank strong { font-size: 30pt; color: #b3261e; }
footer { margin-top: 10mm; font-size: 11pt; color: #6b5b45; }
</style>
</head>
<body>
${sheets.length > 0 ? sheets : html`<p>本月暂无上榜司机</p>`}
</body>
</html>
`;
}
