import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditOf } from '../../../shared/audit/store/audit.ts';
import type { AttestationBody } from '../../../shared/awards/contract/events.ts';
import { attestationsOf, overdueAttestations } from '../../../shared/awards/store/attestations.ts';
import { type Attester, attestEvent } from '../../../shared/awards/use-cases/attest-event.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import { lapseAttestation } from '../../../shared/awards/use-cases/lapse-attestation.ts';
import { readReceipt, reverseAward } from '../../../shared/awards/use-cases/receipts.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { entryView } from '../../../shared/ledger/rules/chain.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { entriesOf, wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { gateCopies, gateKey } from '../../../shared/ledger/store/months.ts';
import { eraseDriver } from '../../../shared/privacy/use-cases/erase-driver.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import { freshDatabase } from '../../support/database.ts';
import { received } from '../../support/events.ts';
import { rulebook } from '../../support/given.ts';

/** Sentries report what they see: 50 points where somebody has looked, at most 80 a day. */
const rules = rulebook({
  activities: [
    { code: 'sentry', name: '流动哨兵', unit: 'event', points: 50, dailyCap: 80, attested: true },
    { code: 'patrol', name: '巡逻', unit: 'hour', points: 20, attested: true },
    { code: 'guidance', name: '交通文明劝导', unit: 'hour', points: 20 },
  ],
});
const occurredAt = '2026-03-10T12:00:00+08:00';
const nextDay = '2026-03-11T12:00:00+08:00';
const station: Attester = { role: 'attestor', id: 'station-1' };
const confirmed: AttestationBody = { outcome: 'confirmed', by: '网格员李明', note: '现场照片属实' };
const refused: AttestationBody = { outcome: 'refused', by: '网格员李明' };

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

const ports = (at: string) => ({ database, rulebooksFor: async () => [rules], now: () => instantOf(at) });

async function report(eventId: string, changes: Parameters<typeof received>[1] = {}, at = occurredAt) {
  const event = received(eventId, { activity: 'sentry', occurredAt, driverId: `d-${eventId}`, ...changes });
  const [outcome] = await awardEvents(ports(at), event.driverId, [event]);
  return outcome;
}

const attest = (eventId: string, body = confirmed, at = nextDay, by = station) =>
  attestEvent(ports(at), by, { platformId: 'rides', eventId }, body);
const receipt = (eventId: string, at = nextDay) => readReceipt(database, 'rides', eventId, instantOf(at));
const accountOf = async (driverId: string) => (await readAccount(database, driverId)).account;

describe('an event of an attested activity', () => {
  it('is pending: an entry of 0 points, no hours, no cap used', async () => {
    await report('wait', { minutes: 30 });
    expect(await receipt('wait')).toMatchObject({ status: 'pending', wanted: 50, granted: 0, reason: null });
    expect(await accountOf('d-wait')).toMatchObject({ seq: 1, balance: 0, minutes: 0, capUse: {} });
    expect(await reverseAward(database, () => instantOf(nextDay), 'rides', 'wait', 'x')).toMatchObject({
      refusal: 'not-awarded',
      reason: 'pending',
    });
  });

  it('earns by the rules, hours and month of the day on which it happened, once it is confirmed', async () => {
    await report('yes', { minutes: 30 });
    expect(await attest('yes', confirmed, '2026-03-20T09:00:00+08:00')).toMatchObject({
      status: 'awarded',
      granted: 50,
      rankingMonth: '2026-03',
      occurredAt,
      rulebookVersion: 1,
      conflicts: 0,
    });
    expect(await accountOf('d-yes')).toMatchObject({
      seq: 2,
      balance: 50,
      minutes: 30,
      standings: { '2026-03': { score: 50, minutes: 30 } },
      capUse: { '2026-03': { sentry: { '10': 50 } } },
    });
    const history = (await wholeHistory(database, 'd-yes', 2)) ?? [];
    expect(history.map(({ kind, entryId }) => [kind, entryId])).toEqual([
      ['pending', 'award#rides#yes'],
      ['award', 'attestation#rides#yes'],
    ]);
    expect(checkChain('d-yes', history.map(entryView), sha256)).toEqual([]);
  });

  it('is declined where it is refused, and says so', async () => {
    await report('no');
    expect(await attest('no', refused)).toMatchObject({ status: 'declined', reason: 'not-attested' });
    expect(await accountOf('d-no')).toMatchObject({ seq: 2, balance: 0 });
    const { entries } = await entriesOf(database, 'd-no', 1);
    expect(entries[0]).toMatchObject({ kind: 'declined', attestation: 'refused' });
  });

  it('is attested once, by however many at once, and the same word again is the same', async () => {
    await report('race');
    const receipts = await Promise.all([1, 2, 3, 4].map(() => attest('race')));
    for (const one of receipts) expect(one).toMatchObject({ status: 'awarded', granted: 50 });
    expect(await accountOf('d-race')).toMatchObject({ seq: 2, balance: 50 });
    expect(await attest('race', refused)).toEqual({ refusal: 'already-attested', outcome: 'confirmed' });
    expect(await accountOf('d-race')).toMatchObject({ seq: 2, balance: 50 });
  });

  it('ends one way where it is confirmed and refused at once', async () => {
    await report('both');
    const outcomes = await Promise.all([attest('both', confirmed), attest('both', refused)]);
    expect(outcomes.filter(one => 'refusal' in one)).toHaveLength(1);
    expect((await accountOf('d-both')).seq).toBe(2);
  });

  it('gets what the caps leave when it is confirmed', async () => {
    const driverId = 'd-caps';
    await report('cap-1', { driverId });
    await report('cap-2', { driverId });
    await report('cap-3', { driverId });
    expect(await attest('cap-2')).toMatchObject({ granted: 50, reason: null });
    expect(await attest('cap-3')).toMatchObject({ granted: 30, reason: 'daily-cap' });
    expect(await attest('cap-1')).toMatchObject({ status: 'capped', granted: 0, reason: 'daily-cap' });
  });

  it('keeps its hours by the hour', async () => {
    await report('hours', { activity: 'patrol', minutes: 90 });
    expect(await attest('hours')).toMatchObject({ status: 'awarded', granted: 30 });
    expect(await accountOf('d-hours')).toMatchObject({ minutes: 90 });
  });

  it('changes nothing by coming again, before and after', async () => {
    await report('again');
    expect(await report('again')).toEqual({ what: 'repeat' });
    await attest('again');
    expect(await report('again')).toEqual({ what: 'repeat' });
    expect(await report('again', { minutes: 5 })).toEqual({ what: 'conflict' });
    expect(await receipt('again')).toMatchObject({ status: 'awarded', conflicts: 1 });
    expect((await accountOf('d-again')).seq).toBe(2);
  });

  it('can be taken back once it is awarded', async () => {
    await report('back');
    await attest('back');
    await reverseAward(database, () => instantOf(nextDay), 'rides', 'back', 'was not there');
    expect(await receipt('back')).toMatchObject({ status: 'reversed', granted: 50 });
    expect(await accountOf('d-back')).toMatchObject({ balance: 0, seq: 3 });
  });

  it('has no ranking month where that is closed when it is confirmed', async () => {
    await report('late', { occurredAt: '2026-02-27T12:00:00+08:00' }, '2026-02-27T13:00:00+08:00');
    for (let copy = 0; copy < gateCopies; copy += 1) {
      await database.client.send(
        new PutCommand({ TableName: database.tableName('rankings'), Item: gateKey('2026-02', copy) }),
      );
    }
    expect(await attest('late')).toMatchObject({ status: 'awarded', rankingMonth: null });
  });

  it('leaves events of other activities alone', async () => {
    await report('plain', { activity: 'guidance', minutes: 60 });
    expect(await receipt('plain')).toMatchObject({ status: 'awarded' });
    expect(await attest('plain')).toEqual({ refusal: 'not-pending', reason: 'award' });
    expect(await attest('unheard-of')).toEqual({ refusal: 'not-found' });
  });

  it('is recorded in a batch of 40, each with its place on the list', async () => {
    const driverId = 'd-batch';
    const events = Array.from({ length: 40 }, (_, n) =>
      received(`batch-${n}`, { activity: 'sentry', occurredAt, driverId }),
    );
    await awardEvents(ports(occurredAt), driverId, events);
    expect((await attestationsOf(database, driverId, 100)).attestations).toHaveLength(40);
  });
});

describe('14 days after the event', () => {
  const before = '2026-03-24T11:59:59+08:00';
  const then = '2026-03-24T12:00:00+08:00';

  async function due(at: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { entryId } of overdueAttestations(database, instantOf(at))) ids.push(entryId);
    return ids;
  }

  it('it declines by the clock at once, and for good by the sweep', async () => {
    await report('old');
    const entryId = 'award#rides#old';
    expect(await receipt('old', before)).toMatchObject({ status: 'pending' });
    expect(await receipt('old', then)).toMatchObject({ status: 'declined', reason: 'not-attested' });
    expect(await attest('old', confirmed, then)).toEqual({
      refusal: 'attestation-period-over',
      until: '2026-03-24T12:00:00.000+08:00',
    });
    expect(await due(before)).not.toContain(entryId);
    expect(await due(then)).toContain(entryId);
    expect(await lapseAttestation(ports(before), entryId)).toBe(false);
    await Promise.all([1, 2, 3].map(() => lapseAttestation(ports(then), entryId)));
    expect(await due(then)).not.toContain(entryId);
    expect(await accountOf('d-old')).toMatchObject({ seq: 2, balance: 0 });
    expect(await attest('old', confirmed, before)).toMatchObject({ refusal: 'attestation-period-over' });
    expect(await receipt('old', before)).toMatchObject({ status: 'declined', reason: 'not-attested' });
  });

  it('it does not decline what was confirmed in time', async () => {
    await report('in-time');
    await attest('in-time', confirmed, before);
    expect(await lapseAttestation(ports(then), 'award#rides#in-time')).toBe(false);
    expect(await receipt('in-time', then)).toMatchObject({ status: 'awarded' });
  });

  it('it comes too late to be pending at all', async () => {
    await report('too-old', {}, then);
    expect(await receipt('too-old', then)).toMatchObject({ status: 'declined', reason: 'not-attested' });
    expect((await attestationsOf(database, 'd-too-old', 10)).attestations).toEqual([]);
  });
});

describe('who attested an event', () => {
  it('is kept apart from the ledger, and forgotten with the driver', async () => {
    await report('who');
    await attest('who');
    const [kept] = (await attestationsOf(database, 'd-who', 10)).attestations;
    expect(kept).toMatchObject({ outcome: 'confirmed', attestedBy: 'attestor#station-1', by: '网格员李明' });
    const { entries } = await entriesOf(database, 'd-who', 10);
    expect(JSON.stringify(entries)).not.toMatch(/网格员|现场/);
    await eraseDriver(database, 'd-who', { by: 'li', at: instantOf(nextDay) });
    const [left] = (await attestationsOf(database, 'd-who', 10)).attestations;
    expect(left).toEqual({
      driverId: 'd-who',
      entryId: 'award#rides#who',
      outcome: 'confirmed',
      attestedBy: 'attestor#station-1',
      attestedAt: '2026-03-11T12:00:00.000+08:00',
    });
    await report('who-2', { driverId: 'd-who' });
    await attest('who-2');
    const { attestations } = await attestationsOf(database, 'd-who', 10);
    expect(JSON.stringify(attestations)).not.toMatch(/网格员|现场/);
  });

  it('is in the audit list where it was an organizer', async () => {
    await report('audited');
    const li: Attester = { role: 'organizer', id: 'li' };
    await Promise.all([attest('audited', refused, nextDay, li), attest('audited', refused, nextDay, li)]);
    const { records } = await auditOf(database, '2026-03', 100);
    expect(records.filter(({ subject }) => subject === 'award#rides#audited')).toMatchObject([
      { action: 'event.attest', by: 'li', after: { outcome: 'refused' } },
    ]);
  });
});
