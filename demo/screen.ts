/** Tables and bars for a terminal, in which a Chinese character is two columns wide. */

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u;

export function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);
}

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
}

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number;
}

const number = /^-?[\d.]*$/;

/** What the terminal has; what is no terminal takes lines of any length. */
const columnsOf = (output: { columns?: number }): number => output.columns ?? Number.POSITIVE_INFINITY;

/** Columns of numbers stand at the right, words at the left. What is too wide for the screen goes on below. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  screenWidth = columnsOf(process.stdout),
): string {
  const titles = columns.map(({ title }) => title);
  const cells = rows.map(row => columns.map(column => String(column.of(row))));
  const widths = fitted(titles, cells, screenWidth);
  const isNumeric = columns.map((_, at) => cells.every(row => number.test(row[at] ?? '')));
  const lines = (texts: readonly string[]) => {
    const parts = texts.map((text, at) => broken(text, widths[at] ?? 0));
    return Array.from({ length: Math.max(...parts.map(({ length }) => length)) }, (_, line) =>
      `  ${parts.map((part, at) => padded(part[line] ?? '', widths[at] ?? 0, isNumeric[at] ?? false)).join('  ')}`.trimEnd(),
    );
  };
  const rule = `  ${widths.map(width => '─'.repeat(width)).join('  ')}`;
  return [...lines(titles), rule, ...cells.flatMap(lines)].join('\n');
}

/** How wide each column may be: titles that are wider than what is below them give way first, then the widest. */
function fitted(
  titles: readonly string[],
  cells: readonly (readonly string[])[],
  screenWidth: number,
): number[] {
  const needed = titles.map((_, at) => Math.max(0, ...cells.map(row => widthOf(row[at] ?? ''))));
  const widths = titles.map((title, at) => Math.max(widthOf(title), needed[at] ?? 0));
  const least = titles.map((title, at) =>
    Math.max(...[title, ...cells.map(row => row[at] ?? '')].map(longestPiece)),
  );
  const room = (at: number) => (widths[at] ?? 0) - (least[at] ?? 0);
  const excess = (at: number) => (widths[at] ?? 0) - (needed[at] ?? 0);
  for (let over = widths.reduce((sum, width) => sum + width + 2, 0) - screenWidth; over > 0; over -= 1) {
    const shrinkable = titles.map((_, at) => at).filter(at => room(at) > 0);
    const byTitle = shrinkable.filter(at => excess(at) > 0).sort((a, b) => excess(b) - excess(a));
    const [at] =
      byTitle.length > 0 ? byTitle : shrinkable.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (at === undefined) break;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
}

/** A list is broken between its items, other text between its words. */
function piecesOf(text: string): string[] {
  return text.split(text.includes(', ') ? /(?<=,) / : ' ');
}

function longestPiece(text: string): number {
  return Math.max(...piecesOf(text).map(widthOf));
}

function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const piece of piecesOf(text)) {
    const longer = `${lines.at(-1)} ${piece}`;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines;
}

function cut(text: string, width: number): string {
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > width) break;
    kept += character;
  }
  return kept;
}

export function bar(part: number, whole: number, width: number): string {
  const filled = whole === 0 ? 0 : Math.round((part / whole) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** A progress bar that draws over itself; on what is no terminal, a line at each tenth. */
export function progress(label: string, whole: number): (part: number, note?: string) => void {
  const terminal = process.stdout.isTTY === true;
  let tenth = -1;
  return (part, note = '') => {
    const text = `  ${label}  ${bar(part, whole, 30)} ${String(Math.floor((part / Math.max(1, whole)) * 100)).padStart(3)}%  ${note}`;
    // A line that the terminal breaks in two could not be drawn over.
    if (terminal)
      process.stdout.write(`\r${cut(text, columnsOf(process.stdout) - 1)}\x1b[K${part >= whole ? '\n' : ''}`);
    else if (Math.floor((part / Math.max(1, whole)) * 10) > tenth) {
      tenth = Math.floor((part / Math.max(1, whole)) * 10);
      console.log(text);
    }
  };
}
