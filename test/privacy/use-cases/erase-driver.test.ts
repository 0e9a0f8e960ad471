import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditOf } from '../../../shared/audit/store/audit.ts';
import { evidenceOf } from '../../../shared/awards/store/evidence.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { transact } from '../../../shared/dynamo/transaction.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { entryView } from '../../../shared/ledger/rules/chain.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import type { ExportPosition, HeldRecord } from '../../../shared/people/contract/privacy.ts';
import { readCaller, replaceCaller } from '../../../shared/people/store/callers.ts';
import { readProfile } from '../../../shared/people/store/profiles.ts';
import {
  disableCaller,
  enableCaller,
  registerCaller,
  rekeyCaller,
} from '../../../shared/people/use-cases/callers.ts';
import { registerDriver, setConsent } from '../../../shared/people/use-cases/drivers.ts';
import { eraseDriver } from '../../../shared/privacy/use-cases/erase-driver.ts';
import { exportDriver } from '../../../shared/privacy/use-cases/export-driver.ts';
import { readProof } from '../../../shared/ranking/use-cases/proof.ts';
import { readRedemption } from '../../../shared/redemptions/store/redemptions.ts';
import { readWallet } from '../../../shared/wallet/use-cases/wallet.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { intercept } from '../../support/faults.ts';
import { City } from '../../support/ranking-city.ts';

const noon = instantOf('2026-03-12T12:00:00+08:00');
const auditor = { by: 'li', at: noon };
const profile = {
  displayName: '王建国',
  occupation: 'courier',
  district: 'qingyunpu',
  platformId: 'rides',
  publishConsent: true,
};

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

const proof = (driverId: string, name: string) =>
  received(name, { driverId, minutes: 3, evidence: [`https://photos.example/${name}.jpg`] });

const award = (driverId: string, ...names: string[]) =>
  awardEvents(
    portsAt(database, '2026-03-10T12:00:00+08:00'),
    driverId,
    names.map(name => proof(driverId, name)),
  );

const signUp = (callerId: string, driverId: string) =>
  registerCaller(database, auditor, callerId, { role: 'driver', id: driverId });

async function driver(driverId: string, events = 2): Promise<string> {
  await registerDriver(database, driverId, profile, undefined);
  await award(driverId, ...Array.from({ length: events }, (_, n) => `${driverId}-${n}`));
  return driverId;
}

describe('a driver who is erased', () => {
  it('has no name and no proofs any more, and the same points and chain', async () => {
    const driverId = await driver('d-gone', 30);
    const before = await readAccount(database, driverId);
    expect((await evidenceOf(database, driverId, 100)).evidence).toHaveLength(30);
    expect(await eraseDriver(database, driverId, auditor)).toMatchObject({ driverId });
    expect(JSON.stringify(await readProfile(database, driverId))).not.toMatch(/王|courier|qingyunpu/);
    expect((await evidenceOf(database, driverId, 100)).evidence).toEqual([]);
    expect(await readAccount(database, driverId)).toEqual(before);
    expect(await readWallet(database, driverId, noon)).toMatchObject({ displayName: null, earned: 30 });
    const history = await wholeHistory(database, driverId, before.account.seq);
    expect(history).toHaveLength(30);
    expect(history?.at(-1)?.hash).toBe(before.account.head);
    expect(checkChain(driverId, (history ?? []).map(entryView), sha256)).toEqual([]);
  });

  it('is erased once, however often and by how many at once, with one record that names nobody', async () => {
    const driverId = await driver('d-once');
    const outcomes = await Promise.all(
      ['li', 'wang', 'zhao'].map((by, n) => eraseDriver(database, driverId, { by, at: noon + n })),
    );
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    expect(await eraseDriver(database, driverId, { by: 'chen', at: noon + 9 })).toEqual(outcomes[0]);
    const { records } = await auditOf(database, '2026-03', 100);
    const own = records.filter(({ subject }) => subject === driverId);
    expect(own).toMatchObject([{ action: 'driver.erase' }]);
    expect(JSON.stringify(own)).not.toMatch(/王|courier|qingyunpu/);
  });

  it('cannot be named again: not by an organizer, a platform, a consent or an event', async () => {
    const driverId = await driver('d-again');
    await eraseDriver(database, driverId, auditor);
    for (const platformId of [undefined, 'rides']) {
      expect(await registerDriver(database, driverId, profile, platformId)).toMatchObject({
        refusal: 'driver-erased',
      });
    }
    expect(await setConsent(database, driverId, true)).toMatchObject({ refusal: 'driver-erased' });
    const elsewhere = { ...profile, platformId: 'delivery' };
    expect(await registerDriver(database, driverId, elsewhere, 'delivery')).toEqual({ refusal: 'not-found' });
    await award(driverId, 'after-the-end');
    expect(await readProfile(database, driverId)).toMatchObject({ displayName: null, registered: false });
    expect((await evidenceOf(database, driverId, 10)).evidence).toEqual([]);
    expect((await readAccount(database, driverId)).account.seq).toBe(3);
  });

  it('leaves no proof of an event that comes in meanwhile', async () => {
    const driverId = await driver('d-meanwhile');
    let erasure: Promise<unknown> | undefined;
    const stop = intercept(database, async ({ command, input }, proceed) => {
      const isProof = command === 'PutItemCommand' && String(input.TableName).endsWith('evidence');
      if (isProof && !erasure) {
        erasure = eraseDriver(database, driverId, auditor);
        await erasure;
      }
      return proceed();
    });
    await award(driverId, 'meanwhile');
    stop();
    expect(erasure).toBeDefined();
    expect((await evidenceOf(database, driverId, 10)).evidence).toEqual([]);
  });

  it('leaves no proof of an event that is worked on while the erasure begins', async () => {
    const driverId = await driver('d-beginning');
    let awarded: Promise<unknown> | undefined;
    const stop = intercept(database, async ({ command, input }, proceed) => {
      const isBurial =
        command === 'TransactWriteItemsCommand' && JSON.stringify(input).includes('driver.erase');
      if (isBurial && !awarded) {
        awarded = award(driverId, 'beginning');
        await awarded;
      }
      return proceed();
    });
    await eraseDriver(database, driverId, auditor);
    stop();
    expect(awarded).toBeDefined();
    expect((await evidenceOf(database, driverId, 10)).evidence).toEqual([]);
  });

  it('has nobody who may call, and nobody comes in again', async () => {
    const driverId = await driver('d-called');
    await signUp('sub-called', driverId);
    await eraseDriver(database, driverId, auditor);
    expect(await readCaller(database, 'sub-called')).toBeUndefined();
    const { erasedAt } = (await readProfile(database, driverId)) ?? {};
    const erased = { refusal: 'driver-erased', erasedAt };
    expect(await signUp('sub-called', driverId)).toEqual(erased);
    // One that an index behind its table has not shown to the erasure yet.
    const left = { callerId: 'sub-left', role: 'driver', id: driverId, enabled: true } as const;
    const at = { registeredAt: 'then', changedAt: 'then' };
    await transact(database, [replaceCaller(database, undefined, { ...left, ...at })]);
    expect(await rekeyCaller(database, auditor, 'sub-left', 'sub-new')).toEqual(erased);
    expect(await readCaller(database, 'sub-new')).toBeUndefined();
    await disableCaller(database, auditor, 'sub-left');
    expect(await enableCaller(database, auditor, 'sub-left')).toEqual(erased);
    await eraseDriver(database, driverId, auditor);
    expect(await readCaller(database, 'sub-left')).toBeUndefined();
  });

  it('may have a caller before anything else is known of the driver', async () => {
    expect(await signUp('sub-early', 'd-early')).toMatchObject({ created: true });
  });

  it('whom nobody knows is not found', async () => {
    expect(await eraseDriver(database, 'd-nobody', auditor)).toEqual({ refusal: 'not-found' });
  });

  it('has no request that a redemption was made by, unless its code is still to be found', async () => {
    const driverId = await driver('d-redeemed');
    const TableName = database.tableName('redemptions');
    const reserved = { ...redemption(driverId), redemptionId: 'r-open', state: 'reserved' };
    for (const Item of [redemption(driverId, 'r-over'), reserved]) {
      await database.client.send(new PutCommand({ TableName, Item }));
    }
    for (let again = 0; again < 2; again += 1) await eraseDriver(database, driverId, auditor);
    expect(await readRedemption(database, 'r-over')).toEqual({
      ...redemption(driverId, 'r-over'),
      seed: 'forgotten',
      codeKey: 'forgotten',
    });
    expect(await readRedemption(database, 'r-open')).toMatchObject({ seed: 'secret-seed' });
  });

  it('leaves a published ranking as it was, without the name', async () => {
    const city = new City(await freshDatabase());
    await city.register('d-1', '王建国', true);
    await city.register('d-2', '李明', true);
    await city.award('d-1', 'first');
    await city.award('d-1', 'second', { occurredAt: '2026-03-11T12:00:00+08:00' });
    await city.award('d-2', 'third');
    city.now = '2026-04-03T02:00:00+08:00';
    await city.close('2026-03');
    city.now = '2026-04-07T02:00:00+08:00';
    const published = await city.publish('2026-03');
    const ranks = await city.ranks('2026-03');
    expect((await city.board('2026-03', { visibility: 'public' })).items[0]?.displayName).toBe('王**');
    await eraseDriver(city.database, 'd-1', auditor);
    const after = await city.board('2026-03', { visibility: 'public' });
    expect(after.items.map(({ displayName }) => displayName)).toEqual(['匿名', '李**']);
    const organizers = await city.board('2026-03');
    expect(organizers.items.map(({ displayName }) => displayName)).toEqual(['匿名', '李明']);
    expect(await city.ranks('2026-03')).toEqual(ranks);
    expect(await city.publish('2026-03')).toEqual(published);
    expect(await readProof(city.ports, '2026-03', undefined, 'd-1')).toEqual({ refusal: 'not-found' });
    expect(await readProof(city.ports, '2026-03', undefined, 'd-2')).toMatchObject({ leaf: { rank: 2 } });
  });
});

describe('the export', () => {
  async function everything(driverId: string, limit: number): Promise<HeldRecord[][]> {
    const pages: HeldRecord[][] = [];
    let from: ExportPosition | undefined;
    for (;;) {
      const page = await exportDriver(database, driverId, limit, from);
      if ('refusal' in page) throw new Error(page.refusal);
      pages.push(page.items);
      if (!page.next) return pages;
      from = page.next;
    }
  }

  it('gives all that is held, page by page, each thing once', async () => {
    const driverId = await driver('d-export', 5);
    await database.client.send(
      new PutCommand({ TableName: database.tableName('redemptions'), Item: redemption(driverId) }),
    );
    const callerIds = ['sub-export-1', 'sub-export-2', 'sub-export-3'];
    for (const callerId of callerIds) await signUp(callerId, driverId);
    await signUp('sub-of-another', `${driverId}-2`);
    const pages = await everything(driverId, 2);
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(2);
    const all = pages.flat();
    expect(Map.groupBy(all, ({ kind }) => kind).size).toBe(6);
    const of = (kind: string) => all.filter(one => one.kind === kind).map(({ data }) => data);
    expect(of('profile')).toMatchObject([{ displayName: '王建国' }]);
    expect(of('account')).toMatchObject([{ balance: 5 }]);
    expect(of('entry').map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
    expect(new Set(of('evidence').map(({ entryId }) => entryId)).size).toBe(5);
    expect(of('redemption')).toMatchObject([{ redemptionId: 'r-1', state: 'cancelled' }]);
    expect(JSON.stringify(of('redemption'))).not.toMatch(/secret-seed|secret-key/);
    expect(of('caller').map(({ callerId }) => callerId)).toEqual(callerIds);
  });

  it('gives no more in a page than is asked for', async () => {
    const pages = await everything(await driver('d-one-by-one', 1), 1);
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(1);
    expect(pages.flat().map(({ kind }) => kind)).toEqual(['profile', 'account', 'entry', 'evidence']);
  });

  it('of somebody nobody knows is not found', async () => {
    expect(await exportDriver(database, 'd-nobody', 10)).toEqual({ refusal: 'not-found' });
  });

  it('after an erasure holds no name and no proofs', async () => {
    const driverId = await driver('d-after');
    await eraseDriver(database, driverId, auditor);
    const all = (await everything(driverId, 50)).flat();
    expect(JSON.stringify(all)).not.toMatch(/王|courier|qingyunpu|photos\.example/);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['profile', 'account', 'entry']));
  });
});

function redemption(driverId: string, redemptionId = 'r-1') {
  return {
    redemptionId,
    driverId,
    rewardId: 'cup',
    rewardVersion: 1,
    points: 1,
    lots: { '2026-03': 1 },
    stockTracked: true,
    outlets: ['shop'],
    subsidyFen: 0,
    seed: 'secret-seed',
    codeKey: 'secret-key',
    reservedAt: '2026-03-11T12:00:00.000+08:00',
    expiresAt: '2026-03-12T12:00:00.000+08:00',
    state: 'cancelled',
    cancelledAt: '2026-03-11T13:00:00.000+08:00',
  };
}
