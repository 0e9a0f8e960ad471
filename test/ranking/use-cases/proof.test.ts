import { beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../../shared/kernel/refusal.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { entriesOf } from '../../../shared/ledger/store/entries.ts';
import { eraseDriver } from '../../../shared/privacy/use-cases/erase-driver.ts';
import { eraseProofs, readProof } from '../../../shared/ranking/use-cases/proof.ts';
import { readVersions } from '../../../shared/ranking/use-cases/versions.ts';
import { provesRow } from '../../../tools/check-ranking.ts';
import { freshDatabase } from '../../support/database.ts';
import { planting } from '../../support/plant.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
let city: City;

beforeAll(async () => {
  city = new City(await freshDatabase());
  for (let number = 1; number <= 5; number += 1)
    await city.award(`d-${number}`, `e-${number}`, { minutes: number });
  city.now = '2026-04-03T02:00:00+08:00';
  await city.close(march);
});

const publishedRoot = () => rootOf(1);

async function rootOf(version: number): Promise<string> {
  const list = await readVersions(city.database, march, {
    after: version - 1,
    limit: 1,
    visibility: 'everything',
  });
  return isRefusal(list) ? '' : (list.items[0]?.root ?? '');
}

async function proofOf(driverId: string) {
  const proof = await readProof(city.ports, march, undefined, driverId);
  if (isRefusal(proof)) throw new Error(proof.refusal);
  return proof;
}

describe('the proof of a ranking row', () => {
  it('returns a path to the published root and the account state that the row was made from', async () => {
    const root = await publishedRoot();
    for (const driverId of ['d-1', 'd-5']) {
      const proof = await proofOf(driverId);
      expect(proof.root).toBe(root);
      expect(provesRow(proof, root)).toBe(true);
      const { account } = await readAccount(city.database, driverId);
      expect(proof.leaf).toMatchObject({ driverId, score: 100, seq: account.seq, head: account.head });
    }
  });

  it('does not verify another row, index, size, root or path', async () => {
    const root = await publishedRoot();
    const proof = await proofOf('d-3');
    expect(provesRow({ ...proof, leaf: { ...proof.leaf, rank: 1 } }, root)).toBe(false);
    expect(provesRow({ ...proof, index: proof.index + 1 }, root)).toBe(false);
    expect(provesRow({ ...proof, size: 9 }, root)).toBe(false);
    expect(provesRow(proof, '0'.repeat(64))).toBe(false);
    expect(provesRow({ ...proof, path: (await proofOf('d-4')).path }, root)).toBe(false);
  });

  it('salts the leaf of every driver differently', async () => {
    const salts = await Promise.all(['d-1', 'd-2', 'd-3'].map(async id => (await proofOf(id)).leaf.salt));
    expect(new Set(salts).size).toBe(3);
    for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{32}$/);
  });

  it('returns not-found once the driver’s salt is erased, while other proofs stay valid', async () => {
    const root = await publishedRoot();
    await eraseProofs(city.ports, 'd-2');
    expect(await readProof(city.ports, march, undefined, 'd-2')).toEqual({ refusal: 'not-found' });
    expect(provesRow(await proofOf('d-1'), root)).toBe(true);
    expect(await publishedRoot()).toBe(root);
  });

  it('erases a driver’s proofs in every version', async () => {
    city.now = '2026-04-07T02:00:00+08:00';
    await city.publish(march);
    await city.reverse('e-1');
    await city.correct(march, 'e-1 did not take place');
    await eraseProofs(city.ports, 'd-5');
    for (const version of [1, 2])
      expect(await readProof(city.ports, march, version, 'd-5')).toEqual({ refusal: 'not-found' });
    expect(await readProof(city.ports, march, 2, 'd-3')).toMatchObject({ version: 2 });
  });

  it('makes no proof for an erased driver in later versions', async () => {
    city.now = '2026-04-07T02:00:00+08:00';
    await city.publish(march);
    await eraseDriver(city.database, 'd-3', { by: 'li', at: instantOf(city.now) });
    const corrected = await city.correct(march, 'looked at again');
    if (isRefusal(corrected)) throw new Error(corrected.refusal);
    expect((await city.ranks(march)).map(([, driverId]) => driverId)).toContain('d-3');
    expect(await readProof(city.ports, march, undefined, 'd-3')).toEqual({ refusal: 'not-found' });
    expect(provesRow(await proofOf('d-4'), await rootOf(corrected.version))).toBe(true);
  });

  it('throws when the entry that the leaf refers to has been changed', async () => {
    const { leaf } = await proofOf('d-4');
    const { entries } = await entriesOf(city.database, 'd-4', 1);
    expect(entries[0]).toMatchObject({ hash: leaf.head, seq: leaf.seq });
    const key = { entryId: entries[0]?.entryId ?? '' };
    await planting(city.database).change('ledger', key, { hash: '0'.repeat(64) });
    await expect(proofOf('d-4')).rejects.toThrow('does not match the root of its version');
  });
});
