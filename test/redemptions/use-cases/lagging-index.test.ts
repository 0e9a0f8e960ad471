import { beforeEach, describe, expect, it } from 'vitest';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { waitForHistory } from '../../../shared/ranking/use-cases/read-standings.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { intercept } from '../../support/faults.ts';
import { reconciled } from '../../support/reconciling.ts';
import { smallPages } from '../../support/small-pages.ts';

/** Histories come from an index, which is a moment behind and answers in pages. */

const noon = '2026-03-10T12:00:00+08:00';
let database: Database;
beforeEach(async () => {
  database = await freshDatabase();
});

async function award(driverId: string, count: number, at = noon): Promise<void> {
  const events = Array.from({ length: count }, (_, number) =>
    received(`${driverId}-${number}`, { driverId, minutes: 3, occurredAt: at }),
  );
  await awardEvents(portsAt(database, at), driverId, events);
}

describe('a history that is needed whole', () => {
  it('is waited for until it is', async () => {
    await award('d-1', 3);
    let behind = 2;
    const stop = intercept(database, async ({ command }, proceed) => {
      const result = await proceed();
      if (command === 'QueryCommand' && behind-- > 0)
        result.output.Items = (result.output.Items as unknown[]).slice(1);
      return result;
    });
    expect((await waitForHistory(database, 'd-1', 3)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    stop();
    expect(behind).toBeLessThan(0);
  });
});

describe('the nightly check', () => {
  it('reads every history to its end', async () => {
    await award('d-1', 5);
    await award('d-2', 2);
    const stop = smallPages(database, 2);
    const { differences, view } = await reconciled(database, '2026-03-14T03:30:00+08:00');
    stop();
    expect(differences).toEqual([]);
    expect(view.checked).toMatchObject({ drivers: 2, entries: 7 });
  });

  it('leaves what is being written meanwhile to the next night', async () => {
    const night = '2026-03-14T03:30:00+08:00';
    await award('d-1', 2);
    let late: Promise<void> | undefined;
    const stop = intercept(database, async ({ command, input }, proceed) => {
      const isLedger = command === 'ScanCommand' && input.TableName === database.tableName('ledger');
      if (isLedger) {
        late ??= award('d-late', 1, night);
        await late; // each segment, for nobody knows in which of them it lies
      }
      return proceed();
    });
    expect((await reconciled(database, night)).differences).toEqual([]);
    stop();
    expect(late).toBeDefined();
  });
});
