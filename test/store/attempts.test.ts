import { beforeAll, describe, expect, it } from 'vitest';
import { instantOf, minuteMs } from '../../shared/domain/time.ts';
import { countUnknownCode } from '../../shared/store/attempts.ts';
import type { Database } from '../../shared/store/client.ts';
import { freshDatabase } from '../support/database.ts';
import { meetBeforeWriting } from '../support/faults.ts';

const due = instantOf('2026-03-11T12:00:00+08:00');
let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

describe('unknown codes', () => {
  const windowMs = 10 * minuteMs;

  it('are counted for ten minutes from the first, and then from the next', async () => {
    const tries = [0, 1, windowMs - 1, windowMs, windowMs + 1];
    const counts: number[] = [];
    for (const after of tries)
      counts.push((await countUnknownCode(database, 'shop-west', due + after)).count);
    expect(counts).toEqual([1, 2, 3, 1, 2]);
  });

  it('that come at once are all counted, the first ones of a window too', async () => {
    const stop = meetBeforeWriting(database, 2, ['UpdateItemCommand']);
    const both = [1, 2].map(() => countUnknownCode(database, 'shop-both', due));
    expect((await Promise.all(both)).map(({ count }) => count).sort()).toEqual([1, 2]);
    stop();
  });

  it('are counted anew where the clock has been set back', async () => {
    await countUnknownCode(database, 'shop-back', due);
    const { count, windowEndsAt } = await countUnknownCode(database, 'shop-back', due - 1);
    expect([count, windowEndsAt]).toEqual([1, due - 1 + windowMs]);
    const again = await countUnknownCode(database, 'shop-back', due - 1);
    expect([again.count, again.windowEndsAt]).toEqual([2, windowEndsAt]);
  });
});
