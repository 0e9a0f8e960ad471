import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { putAll } from '../../shared/dynamo/batch.ts';
import { transact } from '../../shared/dynamo/transaction.ts';
import { readAccountItem } from '../../shared/ledger/store/accounts.ts';
import { rankBoards } from '../../shared/ranking/rules/ranking.ts';
import { openMonth, refreshed } from '../../shared/ranking/rules/ranking-month.ts';
import { BoardReader } from '../../shared/ranking/store/board-reader.ts';
import { boardItems, newBuild } from '../../shared/ranking/store/ranking-blocks.ts';
import { replaceRankingMonth } from '../../shared/ranking/store/ranking-months.ts';
import { failure } from '../faults/kinds/answers.ts';
import { failedEntries, partialBatch, shortPage } from '../faults/kinds/partial.ts';
import { type Assembly, assemble } from '../faults/stage/assembly.ts';
import { Stage } from '../faults/stage/stage.ts';
import { post, setUp, start } from '../faults/world.ts';
import { cityOf, standingsOf } from '../support/example-standings.ts';
import { Town } from './town.ts';

/** Failures of comparable systems, reproduced on the whole deployed platform. docs/elsewhere.md lists them. */

let assembly: Assembly;
let stage: Stage;
let town: Town;

beforeAll(async () => {
  assembly = await assemble(inject('assemblyFolder'));
  stage = await Stage.open(assembly, 'here');
  town = new Town(stage);
  await setUp(stage);
}, 120_000);
afterAll(async () => {
  await stage.close();
});

const hourMs = 3_600_000;

describe('the platform', () => {
  it('pays an event once, however often it is delivered', async () => {
    stage.recorded = [];
    await town.rescue('d-once', 'once');
    const deliveries = stage.recorded;
    stage.recorded = undefined;
    for (const { repeat } of deliveries) await repeat();
    await town.rescue('d-once', 'once');
    expect(await town.entries('d-once')).toMatchObject([{ entryId: 'award#rides#once', points: 100 }]);
    expect(await town.wallet('d-once')).toMatchObject({ available: 100, seq: 1 });
  });

  it('keeps the account item small after 200 events', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `many-${index}`);
    await town.rescue('d-many', ...ids.slice(0, 40));
    const early = await accountBytes('d-many');
    await town.rescue('d-many', ...ids.slice(40, 140));
    await town.rescue('d-many', ...ids.slice(140));
    expect(await town.wallet('d-many')).toMatchObject({ available: 20_000, seq: 200 });
    // Sums may gain a digit; no event adds an attribute.
    expect((await accountBytes('d-many')) - early).toBeLessThan(16);
  });

  it('counts a redelivery once, days after any idempotency cache would have expired', async () => {
    stage.recorded = [];
    await town.rescue('d-late', 'late');
    const deliveries = stage.recorded;
    stage.recorded = undefined;
    for (const laterMs of [25 * hourMs, 15 * 24 * hourMs, 400 * 24 * hourMs]) {
      await stage.later(laterMs);
      for (const { repeat } of deliveries) await repeat();
      await town.rescue('d-late', 'late');
    }
    expect(await town.entries('d-late')).toHaveLength(1);
    await stage.setClock(start);
  });

  it('rejects negative, fractional, textual and huge amounts', async () => {
    await town.rescue('d-spend', 'spend');
    for (const points of [-1000, '60', 1.5, Number.NaN, 1e308, null])
      expect(await town.reward('mint', points)).toMatchObject({ status: 422 });
    for (const points of [1.5, '60', 1e308, 0]) {
      const body = { driverId: 'd-spend', points, reason: 'x', requestNo: `a-${points}` };
      expect(await stage.call('organizer office', 'POST /v1/adjustments', body)).toMatchObject({
        status: 422,
      });
    }
    expect(await town.reserve('d-spend', 'mint', 'k')).toMatchObject({ status: 404 });
    expect(await town.wallet('d-spend')).toMatchObject({ available: 100, seq: 1 });
  });

  it('holds stock, codes and caps exactly when requests race', async () => {
    const drivers = ['d-x', 'd-y', 'd-z', 'd-w'];
    for (const driverId of drivers) await town.rescue(driverId, `of-${driverId}`);
    await town.reward('last', 60, 1);
    const reservations = await Promise.all(drivers.map(driverId => town.reserve(driverId, 'last', 'k')));
    const [won, ...others] = reservations.filter(({ status }) => status === 201);
    expect(others).toEqual([]);
    const tills = ['t-1', 't-2', 't-3'].map(requestNo =>
      stage.call('merchant station-east', 'POST /v1/redemptions/confirmations', {
        ...{ code: won?.body.code, requestNo },
      }),
    );
    expect((await Promise.all(tills)).map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const reports = ['a', 'b', 'c', 'd'].map(name =>
      post(stage, [{ eventId: `cap-${name}`, driverId: 'd-cap', activity: 'report' }]),
    );
    await Promise.all(reports);
    await stage.drain();
    expect(await town.wallet('d-cap')).toMatchObject({ available: 12, seq: 4 });
  });

  it('reverses and refunds exactly once and exactly what was granted', async () => {
    await town.rescue('d-refund', 'refund');
    await town.reward('odd', 37, 5);
    const { body } = await town.reserve('d-refund', 'odd', 'k');
    const cancel = () =>
      stage.call('driver d-refund', `POST /v1/redemptions/${body.redemptionId}/cancellation`, {});
    await Promise.all([cancel(), cancel(), cancel()]);
    await cancel();
    const entries = await town.entries('d-refund');
    expect(entries.map(({ points }) => points)).toEqual([37, -37, 100]);
    expect(await town.wallet('d-refund')).toMatchObject({ available: 100, reserved: 0, spent: 0 });
    expect(await stage.ask('anybody', 'GET /v1/rewards/odd')).toMatchObject({ stock: 5 });
  });

  it('ranks what a month earned, not what is pending, expired or spent', async () => {
    await town.serve('d-seen', 'sentry', 'seen');
    await town.serve('d-unseen', 'sentry', 'unseen');
    expect([await town.scoreOf('d-seen'), await town.scoreOf('d-unseen')]).toEqual([undefined, undefined]);
    await town.attest('seen', 'confirmed');
    await town.attest('unseen', 'refused');
    expect([await town.scoreOf('d-seen'), await town.scoreOf('d-unseen')]).toEqual([50, undefined]);
    await town.rescue('d-rank', 'rank');
    await town.reward('tea', 90);
    const { body } = await town.reserve('d-rank', 'tea', 'k');
    const scan = { code: body.code, requestNo: 'tea' };
    await stage.ask('merchant station-east', 'POST /v1/redemptions/confirmations', scan);
    expect(await town.scoreOf('d-rank')).toBe(100);
    await expiring('d-rank', 10);
    await stage.setClock(start);
  });

  /** March points can be spent until the end of the next March. Their expiry changes no board. */
  async function expiring(driverId: string, left: number): Promise<void> {
    const march = await town.board();
    await stage.setClock('2027-03-31T23:30:00+08:00');
    await town.serve(driverId, 'report', 'still-there');
    expect(await town.wallet(driverId)).toMatchObject({ available: left + 5 });
    expect(await town.board('2027-03')).toMatchObject([{ driverId, score: 5 }]);
    await stage.setClock('2027-04-01T00:30:00+08:00');
    expect(await town.wallet(driverId)).toMatchObject({ available: 5 });
    expect(await town.board('2027-04')).toEqual([]);
    await town.serve(driverId, 'report', 'expired');
    expect(await town.board('2027-04')).toMatchObject([{ driverId, score: 5 }]);
    await stage.run('expire-points');
    expect(await town.entries(driverId)).toContainEqual(
      expect.objectContaining({ kind: 'expiry', points: -left }),
    );
    expect(await town.board('2027-04')).toMatchObject([{ driverId, score: 5 }]);
    expect(await town.board()).toEqual(march);
  }

  it('keeps past scores when a new rulebook comes into force', async () => {
    await town.rescue('d-rule', 'before');
    await stage.ask('organizer office', 'PUT /v1/rulebooks/2', {
      ...{ effectiveFrom: '2026-03-11T00:00:00+08:00', monthlyCap: 100_000, campaigns: [] },
      activities: [{ code: 'rescue', name: '应急救援', unit: 'event', points: 7 }],
    });
    await stage.setClock('2026-03-12T12:00:00+08:00');
    await town.rescue('d-rule', 'old-rules');
    const occurredAt = '2026-03-12T08:00:00+08:00';
    await post(stage, [{ eventId: 'new-rules', driverId: 'd-rule', activity: 'rescue', occurredAt }]);
    await stage.drain();
    expect((await town.entries('d-rule')).map(({ points }) => points)).toEqual([7, 100, 100]);
    expect(await town.scoreOf('d-rule')).toBe(207);
  });

  it('counts hours in the month of the service, however late the event arrives', async () => {
    await stage.setClock('2026-04-02T12:00:00+08:00');
    const served = { driverId: 'd-hours', activity: 'guidance', minutes: 90 };
    await post(stage, [{ eventId: 'hours', ...served }]);
    await stage.drain();
    const row = (await town.board()).find(({ driverId }) => driverId === 'd-hours');
    expect(row).toMatchObject({ score: 30, minutes: 90 });
    expect(await town.board('2026-04')).toEqual([]);
    const receipt = await stage.ask('platform rides', 'GET /v1/volunteer-events/hours');
    expect(receipt).toMatchObject({ occurredAt: '2026-03-10T08:00:00+08:00', rankingMonth: '2026-03' });
    expect(receipt.receivedAt).toMatch(/^2026-04-02/);
    await stage.setClock('2026-03-12T12:00:00+08:00');
  });

  it('handles further pages, unprocessed items and failed bus entries', async () => {
    const seen = new Set<string>();
    const inParts: Parameters<Town['while']>[0] = (sent, forward) => {
      const kind = `${sent.caller} ${sent.operation}`;
      if (sent.operation === 'DynamoDB Query') return shortPage(sent, forward);
      if (seen.has(kind)) return forward();
      seen.add(kind);
      if (sent.operation.startsWith('DynamoDB Batch')) return partialBatch(sent, forward);
      const isPut = sent.operation === 'EventBridge PutEvents';
      return isPut ? failedEntries(index => index === 0)(sent, forward) : forward();
    };
    await town.while(inParts, async () => {
      await town.rescue('d-parts', 'parts-1', 'parts-2', 'parts-3');
      expect(await town.scoreOf('d-parts')).toBe(300);
    });
    expect(await town.wallet('d-parts')).toMatchObject({ available: 300, seq: 3 });
    const published = stage.bystander.idsFrom('nuanxin', 'parts-');
    expect(new Set(published)).toEqual(new Set(['1', '2', '3'].map(n => `award#rides#parts-${n}`)));
  });

  it('keeps a failing message until it can be processed', async () => {
    const poisoned: Parameters<Town['while']>[0] = async (sent, forward) =>
      sent.operation === 'DynamoDB TransactWriteItems' && sent.body.includes('poison')
        ? failure(sent)
        : forward();
    let deadLetters = 0;
    await town.while(poisoned, async () => {
      await post(stage, [
        { eventId: 'poison', driverId: 'd-poison', activity: 'rescue' },
        { eventId: 'neighbour', driverId: 'd-neighbour', activity: 'rescue' },
      ]);
      ({ deadLetters } = await stage.local('POST', '/_local/drain', {}));
    });
    expect(deadLetters).toBe(1);
    expect(await town.wallet('d-neighbour')).toMatchObject({ available: 100 });
    await stage.local('POST', '/_local/redrive', {});
    await stage.drain();
    expect(await town.wallet('d-poison')).toMatchObject({ available: 100, seq: 1 });
  });

  it('reads one rank among 12,000 drivers with one read unit', async () => {
    const database = await stage.tables();
    const members = 12_000;
    const [month, build] = ['2025-01', newBuild('2025-01', 0)];
    const standings = standingsOf(cityOf(members));
    database.meter.reset();
    const boards = rankBoards(standings).slice(0, 1);
    await putAll(database, 'rankingBlocks', boardItems(build, standings, boards, undefined));
    expect(database.meter.total().writeUnits).toBeLessThan(0.06 * members);
    const built = { build, sha256: '0'.repeat(64), readAt: Date.parse(start) };
    await transact(database, [
      replaceRankingMonth(database, openMonth(month), refreshed(openMonth(month), built)),
    ]);
    const reader = new BoardReader(database);
    await reader.own({ month, scope: 'all' }, 'd-000001');
    database.meter.reset();
    const own = await reader.own({ month, scope: 'all' }, 'd-007777');
    expect(own).toMatchObject({ total: members, row: { driverId: 'd-007777' } });
    expect(database.meter.total()).toMatchObject({ readUnits: 1, writeUnits: 0 });
    database.client.destroy();
  });

  it('publishes in order after an outage of the bus, and gives every target dead letters', async () => {
    let refused = 0;
    const busRefuses: Parameters<Town['while']>[0] = async (sent, forward) => {
      if (!sent.body.includes('PointsAwarded') || refused === 15) return forward();
      refused += 1; // five deliveries with three SDK attempts each
      return failure(sent);
    };
    await town.while(busRefuses, () => town.rescue('d-outage', 'outage-1', 'outage-2'));
    expect(refused).toBe(15);
    expect(stage.bystander.idsFrom('nuanxin', 'outage-')).toEqual([
      'award#rides#outage-1',
      'award#rides#outage-2',
    ]);
    const targets = resourcesOf('AWS::Events::Rule').flatMap(({ Targets }) => Targets as object[]);
    const schedules = resourcesOf('AWS::Scheduler::Schedule').map(({ Target }) => Target as object);
    expect(targets.length * schedules.length).toBeGreaterThan(0);
    for (const target of [...targets, ...schedules]) expect(target).toHaveProperty('DeadLetterConfig');
  });
});

it('docs/elsewhere.md lists each test of this file with the failure that it rules out', () => {
  const own = readFileSync(new URL(import.meta.url), 'utf8');
  const names = [...own.matchAll(/^ {2}it\('(.+)', async/gm)].map(([, name = '']) => name);
  const page = readFileSync(new URL('../../docs/elsewhere.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter(line => line.startsWith('| '));
  expect(names).toHaveLength(13);
  expect(rows.slice(2).map(row => row.slice(2, -2).split(' | ')[2])).toEqual(names);
});

async function accountBytes(driverId: string): Promise<number> {
  const database = await stage.tables();
  const item = await readAccountItem(database, driverId);
  database.client.destroy();
  return Buffer.byteLength(JSON.stringify(item));
}

function resourcesOf(type: string): Record<string, unknown>[] {
  return assembly.stacks
    .flatMap(({ template }) => Object.values(template.Resources ?? {}))
    .filter(({ Type }) => Type === type)
    .map(({ Properties = {} }) => Properties);
}
