import { describe, expect, it } from 'vitest';
import { sizeTable } from '../../infra/bundle-sizes.ts';

function rowsOf(table: string): string[][] {
  const [, , ...rows] = table.split('\n');
  return rows.map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
}

describe('the table of bundle sizes', () => {
  it('lists the largest bundle first, with its growth and its room below 450,000 bytes', () => {
    const table = sizeTable({ small: 100_000, large: 420_000 }, { small: 100_000, large: 400_000 });
    expect(rowsOf(table)).toEqual([
      ['large', '420,000', '+20,000 (5.0 %)', '30,000'],
      ['small', '100,000', '0', '350,000'],
    ]);
  });

  it('shows a smaller bundle as negative growth', () => {
    expect(rowsOf(sizeTable({ one: 90_000 }, { one: 100_000 }))[0]?.[2]).toBe('-10,000 (-10.0 %)');
  });

  it('marks new and removed functions', () => {
    expect(rowsOf(sizeTable({ added: 1 }, { dropped: 2 }))).toEqual([
      ['added', '1', 'new', '449,999'],
      ['dropped', 'removed', '', ''],
    ]);
  });

  it('says that growth is unknown when no earlier sizes are recorded', () => {
    expect(rowsOf(sizeTable({ one: 1 }, undefined))[0]?.[2]).toBe('unknown');
  });
});
