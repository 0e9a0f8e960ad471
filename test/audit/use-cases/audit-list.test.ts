import { beforeAll, describe, expect, it } from 'vitest';
import { actionsOn } from '../../../infra/functions/grants.ts';
import { type FunctionName, functionSpecs } from '../../../infra/functions/index.ts';
import { endpoints } from '../../../shared/api/contract/endpoints.ts';
import { type AuditedChange, audited, auditOf } from '../../../shared/audit/store/audit.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import { reverseAward } from '../../../shared/awards/use-cases/receipts.ts';
import { storeNewRulebook } from '../../../shared/awards/use-cases/store-rulebook.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { registerDriver } from '../../../shared/people/use-cases/drivers.ts';
import { readMerchant } from '../../../shared/program/store/merchants.ts';
import { storeMerchant } from '../../../shared/program/use-cases/merchants.ts';
import {
  type ClosingPorts,
  closeMonth,
  correctMonth,
  publishMonth,
} from '../../../shared/ranking/use-cases/manage.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { meetBeforeWriting } from '../../support/faults.ts';
import { rulebook } from '../../support/given.ts';
import { Market } from '../../support/market.ts';
import { City } from '../../support/ranking-city.ts';

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

  it('says how many pieces there were before and are now, whoever else is at it', async () => {
    const market = new Market(database);
    await market.offer('cup');
    await market.stock('cup', 10, 'first');
    const meet = meetBeforeWriting(database, 2);
    await Promise.all([market.stock('cup', 5, 'more'), market.stock('cup', -3, 'fewer')]);
    meet();
    const changes = (await recordsOf('cup')).filter(({ action }) => action === 'stock.adjust');
    const stocks = changes.map(({ before, after }) => [before?.stock, after?.stock]);
    expect(stocks).toHaveLength(3);
    expect(stocks).toContainEqual([0, 10]);
    const [first, second] = stocks.some(([before]) => before === 15)
      ? [
          [10, 15],
          [15, 12],
        ]
      : [
          [10, 7],
          [7, 12],
        ];
    expect(stocks).toContainEqual(first);
    expect(stocks).toContainEqual(second);
  });

  it('says of a merchant what it was before and is now, once for each change', async () => {
    const shop = { merchantId: 'noodle-shop', name: '面馆', kind: 'merchant', district: 'xihu' } as const;
    const moved = { ...shop, name: '老面馆', district: 'donghu' };
    await Promise.all([1, 2, 3].map(() => storeMerchant(database, auditor, shop)));
    await storeMerchant(database, { by: 'wang', at: at + 1000 }, moved);
    await storeMerchant(database, { by: 'wang', at: at + 2000 }, moved);
    const was = { name: '面馆', kind: 'merchant', district: 'xihu' };
    const is = { name: '老面馆', kind: 'merchant', district: 'donghu' };
    expect(await recordsOf('noodle-shop')).toMatchObject([
      { action: 'merchant.store', by: 'wang', before: was, after: is },
      { action: 'merchant.store', by: 'li', before: null, after: was },
    ]);
    expect(await readMerchant(database, 'noodle-shop')).toEqual(moved);
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

  it('says of a ranking how far each organizer has brought it, by force and why', async () => {
    const city = new City(database);
    await city.award('d-1', 'of-february', { occurredAt: '2026-03-01T12:00:00+08:00' });
    const steps = [
      ['2026-04-01T02:00:00+08:00', 'li', (ports: ClosingPorts) => closeMonth(ports, '2026-03', 'li', true)],
      ['2026-04-05T02:00:00+08:00', 'wang', (ports: ClosingPorts) => publishMonth(ports, '2026-03')],
      [
        '2026-04-06T02:00:00+08:00',
        'li',
        (ports: ClosingPorts) => correctMonth(ports, '2026-03', 'li', '漏记'),
      ],
    ] as const;
    for (const [now, by, step] of steps) {
      city.now = now;
      const audit = (change: AuditedChange) => audited(database, { by, at: instantOf(now) }, change);
      expect(await step({ ...city.ports, audit })).not.toHaveProperty('refusal');
    }
    const { records } = await auditOf(database, '2026-04', 100);
    expect(records.map(({ by, action, before, after }) => [by, action, before, after])).toEqual([
      [
        'li',
        'ranking.correct',
        { state: 'published', version: 1 },
        { state: 'corrected', version: 2, reason: '漏记' },
      ],
      ['wang', 'ranking.publish', { state: 'closed', version: 1 }, { state: 'published', version: 1 }],
      ['li', 'ranking.close', { state: 'open', version: 0 }, { state: 'closed', version: 1, force: true }],
    ]);
  });

  it('can be written by every function through which organizers change something', () => {
    const changing = endpoints.filter(
      ({ route, roles }) => !route.startsWith('GET') && roles.includes('organizer'),
    );
    expect(changing.length).toBeGreaterThan(5);
    for (const { servedBy, route } of changing) {
      const { grants } = functionSpecs[servedBy as FunctionName];
      expect(actionsOn('audit', grants), route).toContain('dynamodb:PutItem');
    }
  });

  it('is never changed: no function may do more than put into it or query it', () => {
    for (const [name, { grants }] of Object.entries(functionSpecs)) {
      const others = actionsOn('audit', grants).filter(action => !/^dynamodb:(PutItem|Query)$/.test(action));
      expect(others, name).toEqual([]);
    }
  });
});
