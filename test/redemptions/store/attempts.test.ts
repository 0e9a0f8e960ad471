import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/dynamo/client.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { guessWindowMs, unknownCodesMax } from '../../../shared/redemptions/rules/guessing.ts';
import { countUnknownCode } from '../../../shared/redemptions/store/attempts.ts';
import { freshDatabase } from '../../support/database.ts';

const start = instantOf('2026-03-11T12:00:00+08:00');
let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

const tries = (merchantId: string, count: number, now: number) =>
  Promise.all(Array.from({ length: count }, () => countUnknownCode(database, merchantId, now)));

describe('unknown codes', () => {
  it('that come at once are all counted, the first ones too', async () => {
    const notBefore = await tries('shop-at-once', unknownCodesMax + 5, start);
    expect(notBefore.filter(one => one === undefined)).toHaveLength(unknownCodesMax);
    expect(new Set(notBefore)).toEqual(new Set([undefined, start + guessWindowMs]));
  });

  it('that come at once by clocks that differ are all counted', async () => {
    const instants = Array.from({ length: 30 }, (_, n) => start + ((n * 7) % 30));
    const notBefore = await Promise.all(instants.map(now => countUnknownCode(database, 'shop-clocks', now)));
    expect(notBefore.filter(one => one === undefined)).toHaveLength(unknownCodesMax);
  });

  it('may be tried again when the first is ten minutes old, one for each that is', async () => {
    await tries('shop-later', 1, start);
    await tries('shop-later', unknownCodesMax - 1, start + 1);
    const after = start + guessWindowMs;
    expect(await countUnknownCode(database, 'shop-later', after - 1)).toBe(after);
    expect(await countUnknownCode(database, 'shop-later', after)).toBeUndefined();
    expect(await countUnknownCode(database, 'shop-later', after)).toBe(after + 1);
  });

  it('are each merchant’s own', async () => {
    await tries('shop-full', unknownCodesMax, start);
    expect(await countUnknownCode(database, 'shop-other', start)).toBeUndefined();
  });
});
