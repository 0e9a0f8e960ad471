import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesise } from '../../infra/synthesise.ts';
import { type Platform, startPlatform } from '../../local/platform.ts';
import { everyItem } from '../../tools/client.ts';
import { rulebook } from '../support/given.ts';
import { talkTo } from '../support/platform.ts';

/**
 * Every personal fact of the drivers in this test is a unique word. After the platform has processed them, the test
 * searches for these words in every table row, archived object, bus message and log line.
 */
const words =
  /王建国|Karlsplatz|tramdriver|hometown|resthouse|photos\.example|somewhere|anyplace|gatekeeper|birthday-key/;
/** Redemption codes. They are derived when needed and must not be stored. */
const codes: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'nuanxin-personal-'));
const dataDir = join(folder, 'data');

let platform: Platform;
beforeAll(async () => {
  process.env.CDK_VALIDATION = 'false';
  platform = await startPlatform({ dataDir, schedules: false, assembly: async () => withEventTap(folder) });
  await usePlatform();
}, 180_000);
afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The app with an additional queue that receives a copy of every published event. */
async function withEventTap(outdir: string) {
  const assembly = await synthesise(join(outdir, 'assembly'));
  const service = assembly.stacks.find(({ name }) => name === 'NuanxinService')?.template.Resources ?? {};
  const rule = Object.values(service).find(({ Type }) => Type === 'AWS::Events::Rule');
  service.Tap = { Type: 'AWS::SQS::Queue', Properties: {} };
  service.TapRule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: rule?.Properties?.EventBusName,
      EventPattern: { source: ['nuanxin'] },
      State: 'ENABLED',
      Targets: [{ Id: 'tap', Arn: { 'Fn::GetAtt': ['Tap', 'Arn'] } }],
    },
  };
  return assembly;
}

async function usePlatform(): Promise<void> {
  const { as, drain, setClock } = talkTo(platform.url);
  await setClock('2026-03-01T08:00:00+08:00');
  const { version, activities, ...rules } = rulebook({ effectiveFrom: '2026-03-02T00:00:00+08:00' });
  const watch = { code: 'watch', name: '巡防', unit: 'event', points: 10, attested: true };
  const body = { ...rules, activities: [...activities, watch] };
  await (await as('organizer', 'li')).send('PUT', `/v1/rulebooks/${version}`, body);
  await setClock('2026-03-10T14:00:00+08:00');
  const [li, wang, rides] = await Promise.all([
    as('organizer', 'li'),
    as('organizer', 'wang'),
    as('platform', 'rides'),
  ]);
  const profile = {
    displayName: '王建国 Karlsplatz',
    occupation: 'tramdriver',
    district: 'hometown',
    platformId: 'rides',
    station: 'resthouse',
    publishConsent: true,
  };
  await li.send('PUT', '/v1/drivers/d-1', profile);
  await rides.send('PUT', '/v1/drivers/d-2', profile);
  const events = ['d-1', 'd-2', 'd-3'].flatMap(driverId =>
    [1, 2].map(n => ({
      eventId: `${driverId}-${n}`,
      driverId,
      activity: 'guidance',
      occurredAt: '2026-03-10T12:00:00+08:00',
      minutes: 60,
      district: 'somewhere',
      station: 'anyplace',
      evidence: ['https://photos.example/1.jpg'],
    })),
  );
  await rides.send('POST', '/v1/volunteer-events', { events });
  await drain();
  await rides.send('POST', '/v1/volunteer-events', { events: events.map(one => ({ ...one, minutes: 61 })) });
  await rides.send('POST', '/v1/volunteer-events/d-2-2/reversal', { reason: 'was not there' });
  const proposal = { driverId: 'd-1', points: 5, reason: 'a fault of ours', requestNo: 'r-1' };
  const { adjustmentId } = await li.send<{ adjustmentId: string }>('POST', '/v1/adjustments', proposal);
  await wang.send('POST', `/v1/adjustments/${adjustmentId}/approval`, {});
  await rides.send('PUT', '/v1/drivers/d-2', { ...profile, displayName: '' }).catch(() => undefined);
  await redeem();
  await attest();
  await drain();
}

/** Confirms and returns one redemption, cancels one, keeps one reserved, and guesses a code once. */
async function redeem(): Promise<void> {
  const { as } = talkTo(platform.url);
  const li = await as('organizer', 'li');
  await li.send('PUT', '/v1/merchants/shop', { name: '小店', kind: 'merchant', district: 'donghu' });
  const terms = { name: '保温杯', kind: 'goods', points: 10, stockTracked: false, holdMinutes: 60 };
  await li.send('PUT', '/v1/rewards/cup', { ...terms, outlets: ['shop'] });
  const driver = await as('driver', 'd-1');
  const reserved: { redemptionId: string; code: string }[] = [];
  for (const n of [1, 2, 3]) {
    const headers = { 'idempotency-key': `birthday-key-${n}` };
    reserved.push(await driver.send('POST', '/v1/redemptions', { rewardId: 'cup' }, headers));
  }
  const [first, second] = reserved;
  codes.push(...reserved.map(({ code }) => code));
  const shop = await as('merchant', 'shop');
  const scan = { code: first?.code, requestNo: 'till-1', amountFen: 3200 };
  await shop.send('POST', '/v1/redemptions/confirmations', scan);
  const guess = { ...scan, code: '1234567890' };
  await shop.send('POST', '/v1/redemptions/confirmations', guess).catch(() => undefined);
  const giveBack = { requestNo: 'back-1', reason: 'a scratch' };
  await shop.send('POST', `/v1/redemptions/${first?.redemptionId}/return`, giveBack);
  await driver.send('POST', `/v1/redemptions/${second?.redemptionId}/cancellation`, {});
}

async function attest(): Promise<void> {
  const { as, drain } = talkTo(platform.url);
  const event = {
    eventId: 'watched',
    driverId: 'd-1',
    activity: 'watch',
    occurredAt: '2026-03-10T12:00:00+08:00',
  };
  await (await as('platform', 'rides')).send('POST', '/v1/volunteer-events', { events: [event] });
  await drain();
  const path = '/v1/volunteer-events/watched/attestation?platformId=rides';
  const station = await as('attestor', 'east-gate');
  await station.send('POST', path, {
    outcome: 'confirmed',
    by: 'the gatekeeper',
    note: 'seen by the gatekeeper',
  });
}

function rowsWithWords(file: string): Set<string> {
  return rowsWith(file, words);
}

function logs(): string[] {
  return readdirSync(join(dataDir, 'logs')).map(name => readFileSync(join(dataDir, 'logs', name), 'utf8'));
}

/** Names of the tables in which any row matches the pattern. */
function rowsWith(file: string, pattern: RegExp): Set<string> {
  const database = new DatabaseSync(join(dataDir, file), { readOnly: true });
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const found = names
    .map(({ name }) => String(name))
    .filter(name =>
      database
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .some(row => hasWord(row, pattern)),
    );
  database.close();
  return new Set(found.map(name => /^NuanxinState-(\w+?)table/.exec(name)?.[1] ?? name));
}

function hasWord(row: Record<string, unknown>, pattern: RegExp): boolean {
  return Object.values(row).some(value =>
    pattern.test(value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value)),
  );
}

function countOf(file: string, table: string): number {
  const database = new DatabaseSync(join(dataDir, file), { readOnly: true });
  const row = database.prepare(`SELECT count(*) AS count FROM ${table}`).get();
  database.close();
  return Number(row?.count);
}

describe('personal data', () => {
  it('stores personal data in profiles, evidence and attestations, and in no other table', () => {
    expect(rowsWithWords('tables.sqlite')).toEqual(new Set(['profiles', 'evidence', 'attestations']));
  });

  it('writes redemption codes to no table, message or log', () => {
    expect(codes).toHaveLength(3);
    for (const code of codes) {
      expect(code).toMatch(/^[0-9A-Z]{10}$/);
      for (const file of ['tables.sqlite', 'platform.sqlite'])
        expect(rowsWith(file, new RegExp(code))).toEqual(new Set());
      expect(logs().filter(log => log.includes(code))).toEqual([]);
    }
  });

  it('keeps personal data out of archived entries and published messages', () => {
    expect(countOf('platform.sqlite', 'objects')).toBeGreaterThan(0);
    expect(countOf('platform.sqlite', 'messages')).toBeGreaterThanOrEqual(7);
    expect(rowsWithWords('platform.sqlite')).toEqual(new Set());
  });

  it('keeps personal data out of all logs', () => {
    expect(logs().join('')).toContain('events processed');
    expect(logs().filter(log => words.test(log))).toEqual([]);
  });

  it('removes personal data from every table when its drivers are erased', async () => {
    const { as, drain } = talkTo(platform.url);
    const li = await as('organizer', 'li');
    for (const driverId of ['d-1', 'd-2', 'd-3', 'd-1']) {
      expect(await li.send('DELETE', `/v1/drivers/${driverId}`)).toMatchObject({ driverId });
    }
    await drain();
    expect(rowsWithWords('tables.sqlite')).toEqual(new Set());
    const driver = await as('driver', 'd-1');
    expect(await driver.get('/v1/drivers/d-1')).toMatchObject({
      displayName: null,
      earned: 50,
      reserved: 10,
    });
    const held = await everyItem<{ kind: string }>(driver, '/v1/drivers/d-1/export');
    expect(new Set(held.map(({ kind }) => kind))).toEqual(
      new Set(['profile', 'account', 'entry', 'attestation', 'redemption']),
    );
    await expect(driver.get('/v1/drivers/d-2/export')).rejects.toMatchObject({ status: 404 });
  });
});
