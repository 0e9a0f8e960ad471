import { beforeAll, describe, expect, it } from 'vitest';
import type { AdjustmentBody } from '../../../shared/adjustments/contract/governance.ts';
import { adjustmentsOf } from '../../../shared/adjustments/store/adjustments.ts';
import {
  approveAdjustment,
  proposeAdjustment,
  rejectAdjustment,
} from '../../../shared/adjustments/use-cases/adjustments.ts';
import { auditOf } from '../../../shared/audit/store/audit.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { entriesOf } from '../../../shared/ledger/store/entries.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';

const noon = instantOf('2026-03-12T12:00:00+08:00');
const now = () => noon;

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

const ports = (pointsMax = 500) => ({ database, pointsMax });

/** A driver who has earned 20 points. */
async function driver(driverId: string): Promise<string> {
  await awardEvents(portsAt(database, '2026-03-10T12:00:00+08:00'), driverId, [
    received(`of-${driverId}`, { driverId }),
  ]);
  return driverId;
}

async function proposal(changes: Partial<AdjustmentBody> & { driverId: string }, by = 'li'): Promise<string> {
  const body = { points: 30, reason: '系统故障补分', requestNo: `r-${changes.driverId}`, ...changes };
  const outcome = await proposeAdjustment(ports(), { by, at: noon }, body);
  if ('refusal' in outcome) throw new Error(outcome.refusal);
  return outcome.adjustment.adjustmentId;
}

const accountOf = async (driverId: string) => (await readAccount(database, driverId)).account;

describe('an adjustment', () => {
  it('moves points only when another organizer approves it, and then as an entry', async () => {
    const driverId = await driver('d-two');
    const id = await proposal({ driverId });
    expect(await accountOf(driverId)).toMatchObject({ balance: 20, adjusted: 0 });
    expect(await approveAdjustment(ports(), now, 'wang', id)).toMatchObject({
      state: 'approved',
      proposedBy: 'li',
      decidedBy: 'wang',
    });
    expect(await accountOf(driverId)).toMatchObject({ balance: 50, adjusted: 30, lots: { '2026-03': 50 } });
    const { entries } = await entriesOf(database, driverId, 1);
    expect(entries[0]).toMatchObject({ kind: 'adjustment', points: 30, entryId: `adjustment#${id}` });
  });

  it('is refused to its own proposer by the condition on the write, even side by side', async () => {
    const driverId = await driver('d-own');
    const id = await proposal({ driverId });
    const outcomes = await Promise.all([1, 2, 3].map(() => approveAdjustment(ports(), now, 'li', id)));
    for (const outcome of outcomes) {
      expect(outcome).toEqual({ refusal: 'second-organizer-needed', proposedBy: 'li' });
    }
    expect(await accountOf(driverId)).toMatchObject({ balance: 20, seq: 1 });
  });

  it('moves points once where several approve it at the same time', async () => {
    const driverId = await driver('d-race');
    const id = await proposal({ driverId });
    const outcomes = await Promise.all(
      ['wang', 'zhao', 'wang', 'chen'].map(by => approveAdjustment(ports(), now, by, id)),
    );
    const [first] = outcomes;
    for (const outcome of outcomes) expect(outcome).toEqual(first);
    expect(await accountOf(driverId)).toMatchObject({ balance: 50, seq: 2 });
  });

  it('is either approved or rejected where both are tried at once', async () => {
    const driverId = await driver('d-both');
    const id = await proposal({ driverId });
    const [approval, rejection] = await Promise.all([
      approveAdjustment(ports(), now, 'wang', id),
      rejectAdjustment(ports(), { by: 'zhao', at: noon }, id),
    ]);
    const approved = !('refusal' in approval);
    expect('refusal' in rejection).toBe(approved);
    expect(await accountOf(driverId)).toMatchObject({ balance: approved ? 50 : 20 });
    const again = approved
      ? await rejectAdjustment(ports(), { by: 'zhao', at: noon }, id)
      : await approveAdjustment(ports(), now, 'wang', id);
    expect(again).toEqual({ refusal: 'adjustment-decided', state: approved ? 'approved' : 'rejected' });
  });

  it('takes points oldest first, and never more than can be spent', async () => {
    const driverId = await driver('d-minus');
    const small = await proposal({ driverId, points: -15, requestNo: 'small' });
    const large = await proposal({ driverId, points: -6, requestNo: 'large' });
    await approveAdjustment(ports(), now, 'wang', small);
    expect(await approveAdjustment(ports(), now, 'wang', large)).toEqual({
      refusal: 'insufficient-points',
      available: 5,
      needed: 6,
    });
    expect(await accountOf(driverId)).toMatchObject({ balance: 5, adjusted: -15, debt: 0 });
  });

  it('moves no more than the limit, at the proposal and at the approval', async () => {
    const driverId = await driver('d-limit');
    const body = { driverId, points: -501, reason: 'x', requestNo: 'too-much' };
    expect(await proposeAdjustment(ports(), { by: 'li', at: noon }, body)).toEqual({
      refusal: 'over-limit',
      points: -501,
      limit: 500,
    });
    const id = await proposal({ driverId });
    expect(await approveAdjustment(ports(29), now, 'wang', id)).toMatchObject({ refusal: 'over-limit' });
  });

  it('is proposed once under one requestNo', async () => {
    const driverId = await driver('d-once');
    const body = { driverId, points: 30, reason: '系统故障补分', requestNo: `r-${driverId}` };
    const propose = () => proposeAdjustment(ports(), { by: 'li', at: noon }, body);
    const outcomes = await Promise.all([propose(), propose(), propose()]);
    const proposals = outcomes.filter(outcome => 'created' in outcome);
    const ids = proposals.map(({ adjustment }) => adjustment.adjustmentId);
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    expect(proposals.filter(({ created }) => created)).toHaveLength(1);
    const other = { ...body, points: 31 };
    expect(await proposeAdjustment(ports(), { by: 'li', at: noon }, other)).toMatchObject({
      refusal: 'request-no-used',
    });
    expect(await proposal({ driverId }, 'wang')).not.toBe(ids[0]);
  });

  it('under the requestNo of another organizer is another', async () => {
    const driverId = await driver('d-numbers');
    const ids = [await proposal({ driverId }, 'li'), await proposal({ driverId, points: 31 }, 'wang')];
    expect(new Set(ids).size).toBe(2);
  });

  it('is for drivers that are known', async () => {
    const body = { driverId: 'd-nobody', points: 1, reason: 'x', requestNo: 'nobody' };
    expect(await proposeAdjustment(ports(), { by: 'li', at: noon }, body)).toEqual({ refusal: 'not-found' });
    expect(await approveAdjustment(ports(), now, 'wang', 'adj-none')).toEqual({ refusal: 'not-found' });
  });
});

describe('what organizers did', () => {
  it('is listed once for each change, newest first, page by page', async () => {
    const driverId = await driver('d-audit');
    const first = instantOf('2027-01-01T08:00:00+08:00');
    const body = { driverId, points: 5, reason: 'x', requestNo: 'audit' };
    const outcome = await proposeAdjustment(ports(), { by: 'li', at: first }, body);
    if ('refusal' in outcome) throw new Error(outcome.refusal);
    const id = outcome.adjustment.adjustmentId;
    const later = () => first + 1000;
    await Promise.all(['wang', 'wang', 'li'].map(by => approveAdjustment(ports(), later, by, id)));
    const newest = await auditOf(database, '2027-01', 1);
    expect(newest.records).toMatchObject([
      {
        action: 'adjustment.approve',
        by: 'wang',
        subject: id,
        at: '2027-01-01T08:00:01.000+08:00',
        before: { state: 'proposed' },
        after: { state: 'approved' },
      },
    ]);
    const older = await auditOf(database, '2027-01', 5, newest.next ?? '');
    expect(older.records).toMatchObject([{ action: 'adjustment.propose', by: 'li', before: null }]);
    expect(older.next).toBeNull();
    const { adjustments } = await adjustmentsOf(database, '2027-01', 10);
    expect(adjustments.map(one => one.adjustmentId)).toEqual([id]);
  });
});
