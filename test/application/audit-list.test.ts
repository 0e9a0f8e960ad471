import { beforeAll, describe, expect, it } from 'vitest';
import { functionSpecs } from '../../infra/functions.ts';
import { awardEvents } from '../../shared/application/award-events.ts';
import { registerDriver } from '../../shared/application/drivers.ts';
import { reverseAward } from '../../shared/application/receipts.ts';
import { storeNewRulebook } from '../../shared/application/store-rulebook.ts';
import { endpoints } from '../../shared/contracts/endpoints.ts';
import { instantOf } from '../../shared/domain/time.ts';
import { auditOf } from '../../shared/store/audit.ts';
import type { Database } from '../../shared/store/client.ts';
import { freshDatabase } from '../support/database.ts';
import { portsAt, received } from '../support/events.ts';
import { rulebook } from '../support/given.ts';

const at = instantOf('2026-03-12T12:00:00+08:00');
const auditor = { by: 'li', at };

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

async function recordsOf(subject: string) {
  const { records } = await auditOf(database, '2026-03', 100);
  return records.filter(record => record.subject === subject);
}

describe('the audit list', () => {
  it('has one record of a rulebook, however often it is sent', async () => {
    const next = rulebook({ effectiveFrom: '2026-04-01T00:00:00+08:00' });
    await Promise.all([1, 2, 3].map(() => storeNewRulebook(database, next, at, auditor).catch(() => null)));
    await storeNewRulebook(database, next, at, auditor);
    expect(await recordsOf('1')).toMatchObject([
      { action: 'rulebook.store', by: 'li', before: null, after: { monthlyCap: 300 } },
    ]);
  });

  it('says of a driver which facts changed, and none of them', async () => {
    const body = {
      displayName: '王建国',
      occupation: 'courier',
      district: 'qingyunpu',
      platformId: 'rides',
      publishConsent: true,
    };
    await registerDriver(database, 'd-list', body, undefined, auditor);
    await registerDriver(database, 'd-list', { ...body, district: 'xihu' }, undefined, {
      by: 'wang',
      at: at + 1000,
    });
    const records = await recordsOf('d-list');
    expect(records).toMatchObject([
      { by: 'wang', before: { revision: 1 }, after: { revision: 2, changed: ['district'] } },
      { by: 'li', before: null, after: { changed: ['displayName', 'occupation', 'district'] } },
    ]);
    expect(JSON.stringify(records)).not.toMatch(/王|courier|qingyunpu|xihu/);
  });

  it('has one record of a reversal by an organizer, and none of a platform’s own', async () => {
    const ports = portsAt(database, '2026-03-10T12:00:00+08:00');
    for (const name of ['by-hand', 'by-itself']) await awardEvents(ports, 'd-1', [received(name)]);
    await Promise.all(
      [1, 2].map(() => reverseAward(database, () => at, 'rides', 'by-hand', 'not there', 'li')),
    );
    await reverseAward(database, () => at, 'rides', 'by-itself', 'not there');
    expect(await recordsOf('award#rides#by-hand')).toHaveLength(1);
    expect(await recordsOf('award#rides#by-itself')).toEqual([]);
  });

  it('can be written by every function through which organizers change something', () => {
    const changing = endpoints.filter(
      ({ route, roles }) => !route.startsWith('GET') && roles.includes('organizer'),
    );
    expect(changing.length).toBeGreaterThan(5);
    for (const { servedBy, route } of changing) {
      const spec = Object.entries(functionSpecs).find(([name]) => name === servedBy)?.[1];
      const granted = spec && 'audit' in spec.tables ? spec.tables.audit : [];
      expect(granted, route).toContain('put');
    }
  });

  it('is never changed: no function may do more than put into it or query it', () => {
    for (const [name, { tables }] of Object.entries(functionSpecs)) {
      const granted: readonly string[] = 'audit' in tables ? tables.audit : [];
      expect(
        granted.filter(access => access !== 'put' && access !== 'query'),
        name,
      ).toEqual([]);
    }
  });
});
