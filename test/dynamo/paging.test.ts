import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attestationsOf,
  awaitAttestation,
  endAttestation,
  forgetWhatWasSaid,
  overdueAttestations,
} from '../../shared/awards/store/attestations.ts';
import { countConflicts, recordConflict } from '../../shared/awards/store/conflicts.ts';
import { evidenceOf, forgetEvidence, keepEvidence } from '../../shared/awards/store/evidence.ts';
import { awardEvents } from '../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { transact } from '../../shared/dynamo/transaction.ts';
import { instantOf } from '../../shared/kernel/time.ts';
import type { PendingEntry } from '../../shared/ledger/rules/entry.ts';
import { entriesOf, historyPage, wholeHistory } from '../../shared/ledger/store/entries.ts';
import { callersOf, forgetCallersFor, replaceCaller } from '../../shared/people/store/callers.ts';
import { steps } from '../../shared/redemptions/rules/redemption.ts';
import { possibleHolds, redemptionsOf } from '../../shared/redemptions/store/driver-redemptions.ts';
import { overdueHolds } from '../../shared/redemptions/store/due-holds.ts';
import {
  confirmRedemption,
  endRedemption,
  merchantMonthKey,
  putReservation,
} from '../../shared/redemptions/store/redemptions.ts';
import { replaceTerms } from '../../shared/redemptions/store/rewards.ts';
import { adjustmentsOf, adjustStock } from '../../shared/redemptions/store/stock.ts';
import { lineKeys } from '../../shared/statements/store/statement-lines.ts';
import { freshDatabase } from '../support/database.ts';
import { portsAt, received } from '../support/events.ts';
import { reserved, terms } from '../support/given-redemptions.ts';
import { smallPages } from '../support/small-pages.ts';

/** DynamoDB ends an answer after a megabyte: whatever is read must be read to its end, an item at a time if need be. */

const noon = '2026-03-10T12:00:00+08:00';
const at = instantOf(noon);
const hash = '0'.repeat(64);
const five = [1, 2, 3, 4, 5];
let database: Database;
let stop: () => void;
beforeAll(async () => {
  database = await freshDatabase();
  stop = smallPages(database, 1);
});
afterAll(() => stop());

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}

describe('of a driver', () => {
  const driverId = 'd-1';
  beforeAll(async () => {
    const events = five.map(number => received(`e-${number}`, { driverId, minutes: 3 }));
    await awardEvents(portsAt(database, noon), driverId, events);
  });

  it('the history is whole', async () => {
    expect((await wholeHistory(database, driverId, 5))?.map(({ seq }) => seq)).toEqual(five);
  });

  it('the history is read forwards, each entry once', async () => {
    const seqs: unknown[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page = await historyPage(database, driverId, after);
      seqs.push(...page.items.map(({ seq }) => seq));
      after = page.nextAfterSeq;
    }
    expect(seqs).toEqual(five);
  });

  it('the entries are read backwards, down to the first', async () => {
    const seqs: number[] = [];
    for (let below: number | null = 6; below !== null; ) {
      const page = await entriesOf(database, driverId, 50, below);
      seqs.push(...page.entries.map(({ seq }) => seq));
      below = page.nextBelowSeq;
    }
    expect(seqs).toEqual(five.toReversed());
  });

  it('all proofs are forgotten', async () => {
    for (const number of five) {
      const proof = { entryId: `e-${number}`, fingerprint: hash, driverId, urls: [] };
      await keepEvidence(database, proof, at);
    }
    await forgetEvidence(database, driverId);
    expect((await evidenceOf(database, driverId, 10)).evidence).toEqual([]);
  });

  it('all conflicts of an event are counted', async () => {
    for (const number of five) await recordConflict(database, 'e-1', String(number).repeat(64), noon);
    expect(await countConflicts(database, 'e-1')).toBe(5);
  });

  it('all that waits for an attestation is found, and all that was said is forgotten', async () => {
    const pending = five.map(
      number => ({ driverId, entryId: `p-${number}`, occurredAt: noon }) as PendingEntry,
    );
    await transact(
      database,
      pending.map(one => awaitAttestation(database, one)),
    );
    const overdue = await all(overdueAttestations(database, at + 15 * 24 * 3_600_000));
    expect(overdue.map(({ entryId }) => entryId).sort()).toEqual(pending.map(({ entryId }) => entryId));
    const said = { outcome: 'refused', attestedBy: 'o#li', by: '李' } as const;
    await transact(
      database,
      pending.map(one => endAttestation(database, one, said, at)),
    );
    await forgetWhatWasSaid(database, driverId);
    const kept: unknown[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await attestationsOf(database, driverId, 10, after);
      kept.push(...page.attestations.map(({ outcome, by }) => [outcome, by]));
      after = page.next ?? undefined;
    }
    expect(kept).toEqual(five.map(() => ['refused', undefined]));
  });

  it('nobody who acts for the driver is left', async () => {
    const caller = {
      role: 'driver',
      id: driverId,
      enabled: true,
      registeredAt: noon,
      changedAt: noon,
    } as const;
    const register = (callerId: string, id: string) =>
      transact(database, [replaceCaller(database, undefined, { ...caller, callerId, id })]);
    for (const number of five) await register(`c-${number}`, driverId);
    await register('c-other', 'd-11');
    await forgetCallersFor(database, driverId);
    const { callers } = await callersOf(database, 'driver', 1);
    expect(callers.map(({ callerId }) => callerId)).toEqual(['c-other']);
  });
});

describe('of redemptions', () => {
  const driverId = 'd-shop';
  const ids = five.map(number => `r-${number}`);
  const later = instantOf('2026-03-11T12:00:00+08:00');
  beforeAll(async () => {
    for (const [index, redemptionId] of ids.entries()) {
      const reservedAt = `2026-03-10T12:00:0${index}.000+08:00`;
      await transact(database, [putReservation(database, reserved({ redemptionId, driverId, reservedAt }))]);
    }
  });

  it('all that are overdue are found', async () => {
    const due = await all(overdueHolds(database, later));
    expect(due.map(({ redemptionId }) => redemptionId).sort()).toEqual(ids);
  });

  it('all that may hold points are found', async () => {
    expect(await possibleHolds(database, driverId, at + 1)).toEqual(ids);
  });

  it('the list goes on where it stopped', async () => {
    const listed: string[] = [];
    let after: Parameters<typeof redemptionsOf>[3];
    do {
      const page = await redemptionsOf(database, driverId, 2, after);
      listed.push(...page.redemptions.map(({ redemptionId }) => redemptionId));
      after = page.next ?? undefined;
    } while (after && listed.length < 10);
    expect(listed).toEqual(ids.toReversed());
  });

  it('a statement has every line of its month, of both kinds', async () => {
    const returnedKey = merchantMonthKey('station-east', '2026-03');
    for (const redemptionId of ids) {
      const scan = { merchantId: 'station-east', outletMark: 'mark-east', requestNo: redemptionId };
      const { redemption } = await confirmRedemption(database, redemptionId, scan, at);
      if (!redemption || redemptionId === 'r-1') continue;
      const facts = { returnedAt: noon, returnRequestNo: 'b', returnedKey };
      await transact(database, [endRedemption(database, redemption, steps.return, facts, at)]);
    }
    const idsOf = async (which: 'confirmations' | 'returns') =>
      (await all(lineKeys(database, 'station-east', '2026-03', which)))
        .flat()
        .map(({ redemptionId }) => redemptionId)
        .sort();
    expect(await idsOf('confirmations')).toEqual(ids);
    expect(await idsOf('returns')).toEqual(ids.slice(1));
  });

  it('all that was put into a stock is found', async () => {
    await replaceTerms(database, terms());
    let stock = 0;
    for (const number of five) {
      const requestNo = `a-${number}`;
      const facts = { rewardId: 'cup', requestNo, delta: number, reason: 'x', recordedAt: noon };
      await adjustStock(database, facts, stock);
      stock += number;
    }
    const { adjustments } = await adjustmentsOf(database, 'cup');
    const deltas = adjustments.map(({ delta }) => delta);
    expect(deltas).toEqual(five);
  });
});
