import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixture();
});
afterAll(() => platform.close());

async function put(id: string, mood = 'fine'): Promise<void> {
  expect(await platform.call('POST', '/put-item', { id, mood })).toMatchObject({ status: 200 });
}
const seen = async (name: string) => ((await platform.workItem(name))?.seen ?? []) as string[];

it('delivers every change in order to each function independently', async () => {
  const ids = Array.from({ length: 25 }, (_, index) => `a${index}`);
  for (const id of ids) await put(id);
  await put('a0', 'changed');
  await platform.drain();
  expect(await seen('followed')).toEqual([...ids.map(id => `INSERT ${id}`), 'MODIFY a0']);
  // The other function's mapping has a filter for new items.
  expect(await seen('copied')).toEqual(ids);
});

it('retries from the failed record and does not skip it', async () => {
  for (const id of ['b1', 'b2']) await put(id);
  await put('b3', 'flaky');
  for (const id of ['b4', 'b5']) await put(id);
  await platform.drain();
  const order = (await seen('followed')).filter(entry => entry.includes(' b'));
  expect(order).toEqual(['INSERT b1', 'INSERT b2', 'INSERT b3', 'INSERT b4', 'INSERT b5']);
  expect(await platform.workItem('follow b3')).toMatchObject({ tries: 3 });
  expect(await platform.workItem('follow b1')).toMatchObject({ tries: 1 });
});

it('gives up a record after its retries, notifies the failure queue and continues', async () => {
  await put('c1');
  await put('c2', 'poison');
  await put('c3');
  const drained = await platform.drain();
  // One first attempt and four retries. The failure queue holds the notice.
  expect(await platform.workItem('follow c2')).toMatchObject({ tries: 5 });
  expect(drained).toEqual({ drained: true, deadLetters: 1 });
  await put('c4');
  await platform.drain();
  expect(await seen('followed')).toContain('INSERT c4');
});

it('splits a failing batch until the poison record is isolated', async () => {
  const copied = (await seen('copied')).filter(id => id.startsWith('c'));
  expect(copied).toEqual(['c1', 'c3', 'c4']);
});
