import { setTimeout as pause } from 'node:timers/promises';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../shared/dynamo/client.ts';
import type { TableName } from '../../shared/dynamo/tables.ts';
import { instantOf } from '../../shared/kernel/time.ts';
import { withIntent } from '../../shared/ranking/rules/ranking-month.ts';
import {
  monthKey,
  readRankingMonth,
  readVersion,
  versionKey,
} from '../../shared/ranking/store/ranking-months.ts';
import { planting } from './plant.ts';
import type { Talk } from './platform.ts';
import { settleOverdueEverywhere } from './play-overdue.ts';

/**
 * Goes with every function down every way that it has: after the ordinary month of test/fuzz/world.ts what is late,
 * erased, overdue, expired, torn and left unfinished. The clock ends in April of the next year.
 */
export async function playEverything(platform: Talk, database: Database): Promise<void> {
  await askForEverything(platform);
  await platform.setClock('2026-04-28T12:00:00+08:00');
  await comeInAtTheEndOfApril(platform);
  await eraseOne(platform);
  await platform.setClock('2026-05-02T12:00:00+08:00');
  await comeInLate(platform);
  await comeInFromAfar(platform);
  await platform.setClock('2026-05-03T02:30:00+08:00');
  await schedule(platform, 'close-month');
  await finishLater(platform, database);
  await redeemLate(platform);
  await platform.setClock('2026-05-20T12:00:00+08:00');
  for (const name of ['lapse-attestations', 'expire-redemptions']) await schedule(platform, name);
  await settleOverdueEverywhere(platform, '2026-05-20T12');
  await failOnce(platform, database);
  await checkTornBooks(platform, database);
  await platform.setClock('2027-04-02T00:10:00+08:00');
  await schedule(platform, 'expire-points');
  await platform.drain();
}

async function schedule(platform: Talk, name: string): Promise<void> {
  await platform.anybody.send('POST', `/_local/schedules/${name}`);
}

async function askForEverything(platform: Talk): Promise<void> {
  const organizer = await platform.as('organizer', 'li');
  const paths = [
    'drivers/d-1/export',
    'rewards/cup',
    'reconciliations',
    'audit',
    'rankings/2026-03/versions',
  ];
  for (const path of paths) await organizer.get(`/v1/${path}`);
  const proof = '/v1/rankings/2026-03/drivers/d-1/proof';
  await organizer.get(proof);
  const kinds = await heldKinds(platform);
  if (!kinds.has('redemption')) throw new Error('the export was not read to its end');
  const sender = await platform.as('platform', 'rides');
  await sender.get('/v1/volunteer-events/e-1');
  await organizer.send('POST', '/v1/volunteer-events/d-4-rescue-1/reversal?platformId=rides', {
    reason: 'no',
  });
  // At once, so that nobody can tell by the time alone whether the version has seen it.
  await organizer.send('POST', '/v1/rankings/2026-03/corrections', { reason: 'one was taken back' });
  const merchant = await platform.as('merchant', 'station-east');
  await merchant.get('/v1/merchants/station-east/statements/2026-03');
  const guess = { code: '1000000000', requestNo: 'r-9' };
  await refused(merchant.send('POST', '/v1/redemptions/confirmations', guess), 'code-unknown');
  const driver = await platform.as('driver', 'd-1');
  await driver.get('/v1/drivers/d-1');
}

async function heldKinds(platform: Talk): Promise<Set<string>> {
  const driver = await platform.as('driver', 'd-1');
  const kinds = new Set<string>();
  let cursor = '';
  do {
    const page: { items: { kind: string }[]; nextCursor: string | null } = await driver.get(
      `/v1/drivers/d-1/export${cursor}`,
    );
    for (const { kind } of page.items) kinds.add(kind);
    cursor = page.nextCursor ? `?cursor=${page.nextCursor}` : '';
  } while (cursor);
  return kinds;
}

function event(
  eventId: string,
  driverId: string,
  activity: string,
  occurredAt: string,
  changes: object = {},
) {
  return { eventId, driverId, activity, occurredAt, ...changes };
}

async function post(platform: Talk, ...events: object[]): Promise<void> {
  const sender = await platform.as('platform', 'rides');
  await sender.send('POST', '/v1/volunteer-events', { events });
}

async function attest(platform: Talk, role: 'organizer' | 'attestor', eventId: string): Promise<void> {
  const caller = await platform.as(role, 'east-gate');
  const path = `/v1/volunteer-events/${eventId}/attestation?platformId=rides`;
  await caller.send('POST', path, { outcome: 'confirmed', by: 'the one at the gate' });
}

async function comeInAtTheEndOfApril(platform: Talk): Promise<void> {
  const morning = '2026-04-28T08:00:00+08:00';
  await post(
    platform,
    event('w-late', 'd-1', 'watch', morning),
    event('w-erased', 'd-8', 'watch', morning),
    event('w-erased-too', 'd-8', 'watch', morning),
    event('w-forgotten', 'd-2', 'watch', morning),
    event('w-afar', 'd-9', 'watch', morning),
    event('n-1', 'd-new', 'nothing-known', morning),
    event('e-1', 'd-1', 'rescue', '2026-03-10T08:00:00+08:00', { minutes: 61 }),
  );
  await platform.drain();
  await attest(platform, 'attestor', 'w-erased');
}

/** With proofs, attestations, a redemption and a caller of its own; and then something comes in for it. */
async function eraseOne(platform: Talk): Promise<void> {
  const organizer = await platform.as('organizer', 'li');
  await organizer.send('PUT', '/v1/callers/client-8', { role: 'driver', id: 'd-8' });
  const driver = await platform.as('driver', 'd-8');
  const headers = { 'idempotency-key': 'k-erased' };
  const { redemptionId } = await driver.send<{ redemptionId: string }>(
    'POST',
    '/v1/redemptions',
    { rewardId: 'cup' },
    headers,
  );
  await driver.send('POST', `/v1/redemptions/${redemptionId}/cancellation`, {});
  await organizer.send('DELETE', '/v1/drivers/d-8');
  const evidence = ['https://photos.example/2.jpg'];
  await post(platform, event('e-erased', 'd-8', 'rescue', '2026-04-28T09:00:00+08:00', { evidence }));
  await platform.drain();
  await attest(platform, 'attestor', 'w-erased-too');
}

/** For a month that is over, for one that the account has forgotten, and after the attested month's end. */
async function comeInLate(platform: Talk): Promise<void> {
  await attest(platform, 'organizer', 'w-late');
  await post(
    platform,
    event('late-1', 'd-2', 'rescue', '2026-04-29T08:00:00+08:00'),
    event('may-1', 'd-3', 'rescue', '2026-05-02T08:00:00+08:00'),
  );
  await platform.drain();
  await post(platform, event('very-late', 'd-3', 'report', '2026-02-20T08:00:00+08:00'));
  await platform.drain();
}

/** An account that is months ahead of an event, and of one that is attested, by a clock that was set back. */
async function comeInFromAfar(platform: Talk): Promise<void> {
  await platform.setClock('2026-09-01T12:00:00+08:00');
  await post(platform, event('ahead', 'd-9', 'report', '2026-09-01T08:00:00+08:00'));
  await platform.drain();
  await platform.setClock('2026-05-02T13:00:00+08:00');
  await post(platform, event('behind', 'd-9', 'report', '2026-05-02T08:00:00+08:00'));
  await platform.drain();
  await attest(platform, 'attestor', 'w-afar');
}

/** A correction whose maker ended in the middle of it, and whose place somebody has taken, until it is free again. */
async function finishLater(platform: Talk, database: Database): Promise<void> {
  const plant = planting(database);
  const march = await readRankingMonth(database, '2026-03');
  const begun = withIntent(march, 'left unfinished', 'li', instantOf('2026-05-03T02:00:00+08:00'));
  const next = march.version + 1;
  const version = await readVersion(database, '2026-03', march.version);
  const taken = { ...versionKey('2026-03', next), ...version, version: next };
  await plant.put('rankings', taken);
  await plant.put('rankings', { ...monthKey('2026-03'), ...begun });
  await refused(schedule(platform, 'refresh-rankings'), 'try-again');
  await plant.remove('rankings', versionKey('2026-03', next));
  await schedule(platform, 'refresh-rankings');
}

/** Points that do not suffice, unless what is overdue gives some back. */
async function redeemLate(platform: Talk): Promise<void> {
  const driver = await platform.as('driver', 'd-new');
  const headers = { 'idempotency-key': 'k-late' };
  const wish = driver.send('POST', '/v1/redemptions', { rewardId: 'cup' }, headers);
  await refused(wish, 'insufficient-points');
}

/** One event of a message fails, and so goes on by itself; then it works. */
async function failOnce(platform: Talk, database: Database): Promise<void> {
  const plant = planting(database);
  await plant.put('accounts', { driverId: 'd-5', seq: 'torn' });
  const occurredAt = '2026-05-20T08:00:00+08:00';
  await post(
    platform,
    event('torn', 'd-5', 'report', occurredAt),
    event('whole', 'd-6', 'report', occurredAt),
  );
  const sender = await platform.as('platform', 'rides');
  while (
    await sender.get('/v1/volunteer-events/whole').then(
      () => false,
      () => true,
    )
  )
    await pause(20);
  await pause(1000); // the torn one has been tried, and sent on by itself
  await plant.remove('accounts', { driverId: 'd-5' });
  await platform.drain();
}

/** An account and a redemption that do not agree with their entries, for as long as the check lasts. */
async function checkTornBooks(platform: Talk, database: Database): Promise<void> {
  const driver = await platform.as('driver', 'd-2');
  const { items } = await driver.get<{ items: { redemptionId: string }[] }>('/v1/redemptions');
  const redemption = { redemptionId: items[0]?.redemptionId ?? '' };
  const mend = [
    await tear(database, 'accounts', { driverId: 'd-4' }, 'minutes'),
    await tear(database, 'redemptions', redemption, 'points'),
  ];
  await schedule(platform, 'reconcile');
  for (const one of mend) await one();
  const organizer = await platform.as('organizer', 'li');
  await organizer.get('/v1/reconciliations');
}

/** Makes a number one more than it is. @returns what puts it right again */
async function tear(database: Database, table: TableName, key: Record<string, string>, field: string) {
  const TableName = database.tableName(table);
  const { Item } = await database.client.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
  const right = Number(Item?.[field]);
  const plant = planting(database);
  await plant.change(table, key, { [field]: right + 1 });
  return () => plant.change(table, key, { [field]: right });
}

async function refused(request: Promise<unknown>, code: string): Promise<void> {
  const answer = await request.catch(error => error.problem?.code);
  if (answer !== code) throw new Error(`not refused with ${code} but ${JSON.stringify(answer)}`);
}
