import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { handler as Export } from '../../../functions/export-driver.ts';
import type { handler as Redemptions } from '../../../functions/redemptions.ts';
import type { handler as Statements } from '../../../functions/statements.ts';
import { auditOf } from '../../../shared/audit/store/audit.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { AwsDouble } from '../../support/aws-double.ts';
import { call, type Request } from '../../support/call.ts';
import { freshDatabase, useEnvironment } from '../../support/database.ts';
import { done, Market, secrets } from '../../support/market.ts';

/** Whose a thing is: a token never acts for anybody but its own claim. */

const aws = new AwsDouble();
let market: Market;
let redemptions: typeof Redemptions;
let statements: typeof Statements;
let exported: typeof Export;
let held: Redemption;
let used: Redemption;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: instantOf('2026-03-10T12:00:00+08:00') });
  const database = await freshDatabase();
  await aws.start();
  aws.secret = JSON.stringify({ current: '1', ...secrets });
  useEnvironment(database);
  market = new Market(database);
  await market.earn('d-1', 200);
  await market.offer('cup', { stockTracked: false, outlets: ['station-east', 'shop-west'] });
  held = await market.reserved('d-1', 'cup', 'held');
  used = await market.reserved('d-1', 'cup', 'used');
  done(await market.scan(used));
  ({ handler: redemptions } = await import('../../../functions/redemptions.ts'));
  ({ handler: statements } = await import('../../../functions/statements.ts'));
  ({ handler: exported } = await import('../../../functions/export-driver.ts'));
});
afterAll(() => {
  vi.useRealTimers();
  return aws.stop();
});

const notFound = { status: 404, body: { code: 'not-found' } };

describe('a redemption', () => {
  const get = (as: Request['as']) =>
    call(redemptions, {
      route: 'GET /v1/redemptions/{redemptionId}',
      params: { redemptionId: held.redemptionId },
      as,
    });

  it('is its driver’s, with the code, and an organizer’s without', async () => {
    expect((await get('driver d-1')).body).toMatchObject({ status: 'reserved', code: market.codeOf(held) });
    expect(await get('driver d-2')).toMatchObject(notFound);
    const { status, body } = await get('organizer office');
    expect([status, body.driverId]).toEqual([200, 'd-1']);
    expect(body).not.toHaveProperty('code');
  });

  it('is taken back by the merchant that confirmed it', async () => {
    const giveBack = (as: Request['as']) =>
      call(redemptions, {
        route: 'POST /v1/redemptions/{redemptionId}/return',
        params: { redemptionId: used.redemptionId },
        body: { requestNo: 'b-1', reason: 'x' },
        as,
      });
    expect(await giveBack('merchant shop-west')).toMatchObject(notFound);
    expect(await giveBack('merchant station-east')).toMatchObject({
      status: 200,
      body: { status: 'returned' },
    });
  });
});

it('a statement is its merchant’s, and an organizer’s', async () => {
  const get = (as: Request['as']) =>
    call(statements, {
      route: 'GET /v1/merchants/{merchantId}/statements/{month}',
      params: { merchantId: 'station-east', month: '2026-03' },
      as,
    });
  expect(await get('merchant shop-west')).toMatchObject(notFound);
  expect(await get('merchant station-east')).toMatchObject({ status: 200, body: { confirmed: 1 } });
  expect(await get('organizer office')).toMatchObject({ status: 200 });
});

it('an export is its driver’s, and an organizer’s who is written down for it', async () => {
  const get = (as: Request['as']) =>
    call(exported, { route: 'GET /v1/drivers/{driverId}/export', params: { driverId: 'd-1' }, as });
  const exports = async () =>
    (await auditOf(market.database, '2026-03', 100)).records.filter(
      ({ action }) => action === 'driver.export',
    );
  expect(await get('driver d-2')).toMatchObject(notFound);
  expect(await get('driver d-1')).toMatchObject({ status: 200 });
  expect(await exports()).toEqual([]);
  expect(await get('organizer office')).toMatchObject({ status: 200 });
  expect(await exports()).toMatchObject([{ subject: 'd-1', by: 'office' }]);
});
