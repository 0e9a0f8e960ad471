import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { proposed } from '../../../shared/adjustments/store/adjustments.ts';
import { awaitAttestation, endAttestation } from '../../../shared/awards/store/attestations.ts';
import { storeRulebook } from '../../../shared/awards/store/rulebooks.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import { putAll } from '../../../shared/dynamo/batch.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { type Fragment, transact } from '../../../shared/dynamo/transaction.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import type { PendingEntry } from '../../../shared/ledger/rules/entry.ts';
import {
  moveSweep,
  readAccount,
  readAccountItem,
  replaceAccount,
} from '../../../shared/ledger/store/accounts.ts';
import { monthStillOpen, shutGates } from '../../../shared/ledger/store/months.ts';
import { replaceCaller } from '../../../shared/people/store/callers.ts';
import { replaceProfile } from '../../../shared/people/store/profiles.ts';
import { openMonth } from '../../../shared/ranking/rules/ranking-month.ts';
import { blockIds, readBlocks } from '../../../shared/ranking/store/ranking-blocks.ts';
import { addVersion, replaceRankingMonth } from '../../../shared/ranking/store/ranking-months.ts';
import { eraseSalt, saltBytes } from '../../../shared/ranking/store/ranking-proofs.ts';
import { readCurrentRun, replaceCurrentRun } from '../../../shared/reconcile/store/reconciliations.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { intercept, meetBeforeWriting, refusedTransaction } from '../../support/faults.ts';
import { rulebook } from '../../support/given.ts';

/** Each condition by itself, where no other write of the same transaction stands beside it. */

const noon = '2026-03-10T12:00:00+08:00';
const at = instantOf(noon);
const hash = '0'.repeat(64);
let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

async function outcomesOf<R>(...fragments: readonly Fragment<R>[]) {
  const outcomes: unknown[] = [];
  for (const fragment of fragments) {
    const outcome = await transact(database, [fragment]);
    outcomes.push(outcome.done ? 'done' : outcome.failure);
  }
  return outcomes;
}

const award = (driverId: string, eventId: string) =>
  awardEvents(portsAt(database, noon), driverId, [received(eventId, { driverId })]);

describe('an account', () => {
  it('is new once, and then replaced as it was read', async () => {
    const before = await readAccount(database, 'd-1');
    const first = { ...before.account, seq: 1, latestMonth: '2026-03' };
    const made = replaceAccount(database, before, first);
    expect(await outcomesOf(made, made)).toEqual(['done', 'stale']);
    const moved = replaceAccount(database, { account: first, sweepFrom: '2026-01' }, { ...first, seq: 2 });
    expect(await outcomesOf(moved, moved)).toEqual(['done', 'stale']);
  });

  it('is passed by in the sweep only if nothing has come in since', async () => {
    await award('d-sweep', 'sweep-1');
    const stale = await readAccount(database, 'd-sweep');
    await award('d-sweep', 'sweep-2');
    const keyOf = async () => (await readAccountItem(database, 'd-sweep'))?.sweepKey;
    const before = await keyOf();
    await moveSweep(database, stale, at);
    expect(await keyOf()).toBe(before);
    await moveSweep(database, await readAccount(database, 'd-sweep'), at);
    expect(await keyOf()).toBe('2026-03#d-sweep');
  });

  it('is read consistently', async () => {
    const inputs: unknown[] = [];
    const stop = intercept(database, (sent, proceed) => {
      inputs.push(sent.input.ConsistentRead);
      return proceed();
    });
    await readAccount(database, 'd-1');
    stop();
    expect(inputs).toEqual([true]);
  });
});

it('of what stands against a transaction, a stale read is told before any refusal', async () => {
  const stop = intercept(database, refusedTransaction(['ConditionalCheckFailed', 'TransactionConflict']));
  const refusing: Fragment<'no'> = { write: {}, onConditionFailed: () => 'no' };
  expect(await transact(database, [refusing, refusing])).toEqual({ done: false, failure: 'stale' });
  stop();
});

describe('the ranking of a month', () => {
  it('has gates for every driver, and all of them are shut at once', async () => {
    const drivers = Array.from({ length: 40 }, (_, number) => `d-${number}`);
    const late = drivers.map(driverId => monthStillOpen(database, '2026-01', driverId));
    expect(new Set(await outcomesOf(...late))).toEqual(new Set(['done']));
    expect(await transact(database, shutGates(database, '2026-01'))).toEqual({ done: true });
    expect(new Set(await outcomesOf(...late))).toEqual(new Set(['stale']));
  });

  it('takes each step from what was read', async () => {
    const open = openMonth('2026-03');
    const first = replaceRankingMonth(database, open, { ...open, revision: 1 });
    expect(await outcomesOf(first, first)).toEqual(['done', 'stale']);
    const next = replaceRankingMonth(database, { ...open, revision: 1 }, { ...open, revision: 2 });
    expect(await outcomesOf(next, next)).toEqual(['done', 'stale']);
  });

  it('has each version once', async () => {
    const facts = {
      asOf: noon,
      reason: null,
      author: 'clock',
      total: 0,
      sha256: hash,
      root: hash,
      changed: 0,
    };
    const version = addVersion(database, { month: '2026-03', version: 1, build: 'b', ...facts });
    expect(await outcomesOf(version, version)).toEqual(['done', 'stale']);
  });

  it('forgets two salts of a block side by side, and no third', async () => {
    const blockId = blockIds.salts('build', 0);
    const salts = new Uint8Array(randomBytes(3 * saltBytes).map(byte => byte | 1));
    await putAll(database, 'rankingBlocks', [{ blockId, salts }]);
    const stop = meetBeforeWriting(database, 2, ['PutItemCommand']);
    await Promise.all([eraseSalt(database, 'build', 0), eraseSalt(database, 'build', 2)]);
    stop();
    const kept = (await readBlocks(database, [blockId])).get(blockId)?.salts as Uint8Array;
    expect([...kept].map(byte => byte > 0)).toEqual(
      [...kept].map((_, index) => Math.floor(index / saltBytes) === 1),
    );
  });
});

describe('a run of the nightly check', () => {
  it('is begun by one, and each step of it is taken by one', async () => {
    const none = await readCurrentRun(database);
    expect(await replaceCurrentRun(database, none, null)).toEqual({ run: null, revision: 1 });
    expect(await replaceCurrentRun(database, none, null)).toBeNull();
    const first = await readCurrentRun(database);
    expect(await replaceCurrentRun(database, first, null)).toEqual({ run: null, revision: 2 });
    expect(await replaceCurrentRun(database, first, null)).toBeNull();
  });
});

describe('what organizers and platforms set up', () => {
  it('a profile is new once, and then replaced as it was read', async () => {
    const profile = {
      driverId: 'd-1',
      displayName: null,
      occupation: null,
      district: null,
      platformId: 'rides',
      publishConsent: false,
      registered: false,
      consentSaid: false,
      revision: 1,
    };
    expect(await replaceProfile(database, undefined, profile)).toBe(true);
    expect(await replaceProfile(database, undefined, profile)).toBe(false);
    expect(await replaceProfile(database, profile, { ...profile, revision: 2 })).toBe(true);
    expect(await replaceProfile(database, profile, { ...profile, revision: 2 })).toBe(false);
  });

  it('a rulebook is stored once', async () => {
    expect(await storeRulebook(database, rulebook(), [])).toBe(true);
    expect(await storeRulebook(database, rulebook({ monthlyCap: 1 }), [])).toBe(false);
  });

  it('an adjustment is proposed once', async () => {
    const proposal = proposed(database, {
      adjustmentId: 'adj-1',
      driverId: 'd-1',
      points: 5,
      reason: 'x',
      requestNo: 'r-1',
      state: 'proposed',
      proposedBy: 'li',
      proposedAt: noon,
    });
    expect(await outcomesOf(proposal, proposal)).toEqual(['done', 'known']);
  });

  it('a caller is new once, and then changed as it was read', async () => {
    const times = { registeredAt: noon, changedAt: noon };
    const caller = { callerId: 'c-1', role: 'platform', id: 'rides', enabled: true, ...times } as const;
    const made = replaceCaller(database, undefined, caller);
    expect(await outcomesOf(made, made)).toEqual(['done', 'stale']);
    const disabled = replaceCaller(database, caller, { ...caller, enabled: false });
    expect(await outcomesOf(disabled, disabled)).toEqual(['done', 'stale']);
  });

  it('an event waits for its attestation once, and is attested once', async () => {
    const pending = {
      driverId: 'd-1',
      entryId: 'award#rides#e-1',
      occurredAt: noon,
    } as PendingEntry;
    const waiting = awaitAttestation(database, pending);
    const ended = endAttestation(database, pending, { outcome: 'refused', attestedBy: 'o#li' }, at);
    expect(await outcomesOf(ended, waiting, waiting, ended, ended, waiting)).toEqual([
      'stale',
      'done',
      'stale',
      'done',
      'stale',
      'stale',
    ]);
  });
});
