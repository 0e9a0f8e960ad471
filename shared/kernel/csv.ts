/** Excel takes a file for UTF-8 by this mark alone. */
const byteOrderMark = '\uFEFF';

/** Characters with which spreadsheets begin a formula, in their narrow and wide forms. */
const beginsFormula = /^[=+\-@\t\r＝＋－＠]/;

/** RFC 4180 with a byte order mark. Text that a spreadsheet would take for a formula is led by an apostrophe. */
export function csvText(lines: readonly (readonly (string | number | boolean | null)[])[]): string {
  return byteOrderMark + lines.map(line => `${line.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = beginsFormula.test(value) ? `'${value}` : value;
  return `"${harmless.replaceAll('"', '""')}"`;
}
