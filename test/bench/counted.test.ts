import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../infra/bundles.ts';
import { freshDatabase } from '../support/database.ts';
import { countAwards } from './counted/awards.ts';
import { weighBundles } from './counted/bundles.ts';
import { dollarsOf } from './counted/dollars.ts';
import { lookAt } from './counted/looks.ts';
import { countRankings } from './counted/rankings.ts';
import { countRedemptions } from './counted/redemptions.ts';
import { parts } from './parts.ts';
import { paths, readRecord, withFigures } from './report/docs.ts';
import { type Result, unfitForDocs } from './report/result.ts';
import { costOf } from './support/cost.ts';
import { loadCity } from './support/load-city.ts';
import { close, closeOnPaper, refresh, refreshOnPaper } from './support/paper-ranking.ts';

/** Where a cost changes on purpose: `npm run bench -- --only awards,redemptions,rankings,dollars --write-docs`. */

const step = () => {};
const record = readRecord();

function rowsOf({ tables }: Result) {
  return tables.map(({ rows }) => rows);
}

describe('what is counted is what docs/performance.md says', () => {
  it('for awards and redemptions, and what they and looks at a ranking are in dollars', async () => {
    const awards = await countAwards(await freshDatabase(), { step });
    expect(rowsOf(awards)).toEqual(rowsOf(record.parts.awards as Result));
    const redemptions = await countRedemptions(await freshDatabase(), { step });
    expect(rowsOf(redemptions)).toEqual(rowsOf(record.parts.redemptions as Result));
    const dollars = dollarsOf(awards, redemptions, await lookAt(await freshDatabase(), 1000));
    expect(rowsOf(dollars)).toEqual(rowsOf(record.parts.dollars as Result));
  });

  /** A changed line changes a weight: what the page says may be a hundredth off until it is weighed anew. */
  it('for the bundles, within a hundredth', async () => {
    const [said = []] = rowsOf(record.parts.bundles as Result);
    const weighed = await weighBundles();
    expect(said.map(([name]) => name).sort()).toEqual(functionNames().sort());
    for (const { name, bytes } of weighed) {
      const row = said.find(([one]) => one === name);
      expect(Math.abs(bytes - Number(row?.[1])) / bytes, name).toBeLessThan(0.01);
    }
  });

  it('for the rankings of the smallest city', async () => {
    const counted = await countRankings(freshDatabase, [1000], { step });
    const said = rowsOf(record.parts.rankings as Result).map(rows => rows.slice(0, 1));
    expect(rowsOf(counted)).toEqual(said);
  });

  it('and the pages show what docs/performance.json holds', () => {
    for (const path of [paths.page, paths.readme]) {
      const page = readFileSync(path, 'utf8');
      expect(withFigures(page, record)).toBe(page);
    }
  });
});

describe('what is measured', () => {
  const building = parts.filter(({ id }) => id === 'awards' || id === 'ranking-build');

  it('is written down from three rounds on, which show a spread', () => {
    expect(unfitForDocs(parts, undefined)).toBeUndefined();
    expect(unfitForDocs(building, 3)).toBeUndefined();
    expect(unfitForDocs(building, 2)).toMatch(
      /^What is written down is the median of 3 rounds or more, and ranking-build would have 2:/,
    );
  });
});

describe('a ranking reckoned on paper', () => {
  const drivers = 40;

  it.each([
    ['refresh', refresh, refreshOnPaper],
    ['close', close, closeOnPaper],
  ])('costs what the real engine charges: %s', async (_, build, onPaper) => {
    const database = await freshDatabase();
    await loadCity(database, drivers);
    const real = await costOf(database, () => build(database));
    const { boardUnits, ...reckoned } = await onPaper(drivers);
    expect(boardUnits).toBeGreaterThan(0);
    expect(boardUnits).toBeLessThan(reckoned.writeUnits);
    expect(reckoned).toEqual({ ...real, readUnits: expect.any(Number) });
    // Which of the eight segments a driver falls into is the engine's affair; each rounds up by itself.
    expect(Math.abs(reckoned.readUnits - real.readUnits)).toBeLessThanOrEqual(8);
  });
});
