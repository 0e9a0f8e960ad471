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

/** Columns of numbers stand at the right, words at the left. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map(row => columns.map(column => column.of(row)));
  const widths = columns.map((column, at) =>
    Math.max(widthOf(column.title), ...cells.map(row => widthOf(String(row[at])))),
  );
  const line = (texts: readonly (string | number)[], isNumber: (at: number) => boolean) =>
    `  ${texts.map((text, at) => padded(String(text), widths[at] ?? 0, isNumber(at))).join('  ')}`.trimEnd();
  const numeric = (at: number) => cells.every(row => number.test(String(row[at])));
  return [
    line(
      columns.map(({ title }) => title),
      numeric,
    ),
    `  ${widths.map(width => '─'.repeat(width)).join('  ')}`,
    ...cells.map(row => line(row, numeric)),
  ].join('\n');
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
    if (terminal) process.stdout.write(`\r${text}\x1b[K${part >= whole ? '\n' : ''}`);
    else if (Math.floor((part / Math.max(1, whole)) * 10) > tenth) {
      tenth = Math.floor((part / Math.max(1, whole)) * 10);
      console.log(text);
    }
  };
}
